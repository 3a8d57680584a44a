"""Links to pages on which a question of the bot is answered without any chat."""
