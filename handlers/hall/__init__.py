"""A hall full of people: the code at the door, and the leader's list where there is no signal."""
