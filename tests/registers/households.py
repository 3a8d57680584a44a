"""Lists by household: heads of houses beside members, two phones, capitals without marks."""

from __future__ import annotations

from datetime import date

from tests.registers.cases import Case

BY_HOUSE = Case(
    "heads of houses, two phones, columns numbered by letters",
    [
        (["", "HỘI LHPN XÃ HÒA THÀNH", "", "", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], []),
        (["", "CHI HỘI ẤP CÁI NGANG", "", "", "", "", "", "Độc lập – Tự do – Hạnh phúc"], []),
        ([], []),
        (["", "DANH SÁCH HỘI VIÊN QUÝ III/2026 (không thu tiền)"], []),
        ([], []),
        (["", "SỐ", "HỌ, CHỮ ĐỆM VÀ TÊN HỘI VIÊN", "HỌ TÊN CHỦ HỘ", "NGÀY SINH", "NƠI CƯ TRÚ", "", "", "THÔNG TIN LIÊN LẠC", "", "HỘI PHÍ", "", "", "GHI"], []),
        (["", "TT", "", "", "", "Số nhà", "Tổ", "Ấp", "ĐT bàn", "ĐT di động", "Q1", "Q2", "Q3", "CHÚ"], []),
        (["", "a", "b", "c", "d", "e", "f", "g", "h", "i", "k", "l", "m", "n"], []),
        (["", 1, "Nguyễn Thị Hồng Nhung", "Lê Văn Sang", "02/09/1975", "45", "1", "Cái Ngang", "02903 812 345", "0946.111.001", "x", "x"], [("imported", "Nguyễn Thị Hồng Nhung", "1975-09-02", "0946111001")]),
        (["", 2, "Lê Thị Thanh Tâm", "Lê Văn Sang", "14/10/1999", "45", "1", "Cái Ngang", "", "0946.111.002", "x", "", "", "con"], [("imported", "Lê Thị Thanh Tâm", "1999-10-14", "0946111002")]),
        (["", 3, "Trần Thị Lụm", "nt", "1948", "46", "1", "Cái Ngang", "0290 3812346", "", "miễn", "", "", "80t"], [("imported", "Trần Thị Lụm", "1948", "02903812346")]),
        (["", 4, "PHẠM THỊ BẠCH TUYẾT", "", date(1971, 1, 30), "47", "1", "Cái Ngang", "", 946111004, "x", "x", "x", "UV BCH xã"], [("imported", "Phạm Thị Bạch Tuyết", "1971-01-30", "0946111004")]),
        (["", 5, "Phan Thị Mỹ  Duyên", "Phan Văn Tới", "'30/1/1971", "48", "1", "Cái Ngang", "", "946 111 005", "x", "x", "x"], [("imported", "Phan Thị Mỹ Duyên", "1971-01-30", "0946111005")]),
        (["", 6, "Võ Thị Thi", "", "1971", "49", "1", "Cái Ngang", "", "0946111005", "x", "x", "x", "ở chung nhà số 5"], [("imported", "Võ Thị Thi", "1971", "0946111005")]),
        (["", "", "Cộng trang 1: 6 người", "", "", "", "", "", "", "", "5", "4", "3"], []),
        (["", "SỐ TT", "HỌ, CHỮ ĐỆM VÀ TÊN HỘI VIÊN", "HỌ TÊN CHỦ HỘ", "NGÀY SINH", "Số nhà", "Tổ", "Ấp", "ĐT bàn", "ĐT di động", "Q1", "Q2", "Q3", "GHI CHÚ"], []),
        (["", 7, "Sơn Thị Sô Phi", "", "1.1.1982", "50", "2", "Cái Ngang", "", "0946111007"], [("imported", "Sơn Thị Sô Phi", "1982-01-01", "0946111007")]),
        (["", 8, "Ngô thị Hường em", "", "82", "51", "2", "Cái Ngang", "", "0946111008"], [("imported", "Ngô Thị Hường Em", "1982", "0946111008")]),
        (["", 9, "Ngô Thị Hường (chị)", "", "78", "51", "2", "Cái Ngang", "", "0946111008"], [("imported", "Ngô Thị Hường", "1978", "0946111008")]),
        (["", 10, "Nguyễn Thị Hồng Nhung", "Lê Văn Sang", "1975", "45", "1", "Cái Ngang", "", "0946111001"], [("duplicate", "Nguyễn Thị Hồng Nhung", "1975", "0946111001")]),
        (["", 11, "Nguyễn Thị Hồng Nhung", "", "1975", "61", "2", "Cái Ngang", "", "0946111011"], [("held", "Nguyễn Thị Hồng Nhung", "1975", "0946111011")]),
        (["", 12, "Bé Bảy", "", "", "", "2", "Cái Ngang"], [("imported", "Bé Bảy", "", "")]),
        (["", 13, "Đinh Thị Kim Cương & Đinh Thị Ngọc Thạch", "", "1990", "", "2", "Cái Ngang", "", "0946111013"], [("held", "Đinh Thị Kim Cương, Đinh Thị Ngọc Thạch", "1990", "0946111013")]),
        (["", 14, "Quan Thị Ngọc Lợi", "", "tháng 8 năm 1966", "", "2", "Cái Ngang", "", "0946111014", "", "", "", "tổ phó"], [("imported", "Quan Thị Ngọc Lợi", "1966-08", "0946111014")]),
        (["", 15, "Tiêu Thị Ngọc Huyền", "", "12-08", "", "2", "Cái Ngang", "", "0946 111 O15"], [("imported", "Tiêu Thị Ngọc Huyền", "", "0946111015")]),
        (["", 16, "Tiêu thị Huệ", "", "sinh 1966", "", "2", "Cái Ngang", "", "Số cũ 0946111016, số mới 0946111017"], [("imported", "Tiêu Thị Huệ", "1966", "0946111016")]),
        (["", 17, "Nguyễn Thị ...", "", "1966", "", "2", "Cái Ngang", "", "0946111018"], [("held", "Nguyễn Thị", "1966", "0946111018")]),
        (["", 18, "Lương Thị Thắm\n(tạm trú)", "", "1966", "", "2", "Cái Ngang", "", "0946111019"], [("imported", "Lương Thị Thắm", "1966", "0946111019")]),
        (["", 19, "Mrs. Trịnh Thị Hoà", "", "May 5, 1966", "", "2", "Cái Ngang", "", "0946111020"], [("imported", "Trịnh Thị Hoà", "1966-05-05", "0946111020")]),
        (["", 20, "Trịnh Thị Hòa", "", "5/5/1966", "", "2", "Cái Ngang"], [("duplicate", "Trịnh Thị Hòa", "1966-05-05", "")]),
        (["", "", "Mang sang: 20 người"], []),
        (["", "", "Cộng chung: 20 hội viên"], []),
        ([], []),
        (["", "", "Người lập biểu", "", "", "", "", "Chi hội trưởng"], []),
        (["", "", "Phạm Thị Bạch Tuyết", "", "", "", "", "Nguyễn Thị Hồng Nhung"], []),
    ],
    sheet="QUY 3",
)  # fmt: skip

BARE = Case(
    "capitals without marks",
    [
        (["DS HOI VIEN TO 5 KHOM 3"], []),
        (["STT", "HO TEN", "NAM SINH", "SDT", "DIA CHI", "DA DONG HP 2025", "DA DONG HP 2026"], []),
        ([1, "NGUYEN THI LE", "1960", "0948222001", "12 HUNG VUONG", "X", "X"], [("imported", "Nguyen Thi Le", "1960", "0948222001")]),
        ([2, "TRAN THI KIM HUE", "24107", "948222002", "14 HUNG VUONG", "X"], [("imported", "Tran Thi Kim Hue", "1965-12-31", "0948222002")]),
        ([3, "Nguyễn Thị Lệ", "1960", "0948222001", "12 Hùng Vương"], [("duplicate", "Nguyễn Thị Lệ", "1960", "0948222001")]),
        ([4, "BA TU NGUYEN THI SAU", "1950", "", "14 HUNG VUONG"], [("imported", "Tu Nguyen Thi Sau", "1950", "")]),
        ([5, "LE THI MY (UT MY)", "3/1950", "khong", "14 HUNG VUONG"], [("imported", "Le Thi My", "1950-03", "")]),
        ([6, "LE THI B", "1950", "094822200", "14 HUNG VUONG"], [("imported", "Le Thi B", "1950", "")]),
        ([7, "HOANG THI LAN HOANG THI HUE", "1950", "0948222007", "14 HUNG VUONG"], [("held", "Hoang Thi Lan Hoang Thi Hue", "1950", "0948222007")]),
        ([8, "DA CHUYEN DI"], [("error", "", "", "")]),
        ([9, "VO THI CUC (CHET)", "1940", "", "15 HUNG VUONG"], [("imported", "Vo Thi Cuc", "1940", "")]),
        ([10, "VO THI DAO (da mat)", "1940", "", "15 HUNG VUONG"], [("imported", "Vo Thi Dao", "1940", "")]),
        ([11, "VO THI THU - 1972", "", "0948222011", "15 HUNG VUONG"], [("imported", "Vo Thi Thu", "1972", "0948222011")]),
        ([12, "VO THI THU", "1972", "0948222011", "15 HUNG VUONG"], [("duplicate", "Vo Thi Thu", "1972", "0948222011")]),
        ([13, "=CONCATENATE(A1)", "1972", "0948222012", "15 HUNG VUONG"], [("error", "", "1972", "0948222012")]),
        ([14, "MAI", "1972", "0948222014"], [("imported", "Mai", "1972", "0948222014")]),
        ([15, "TO THI NGOC TO", "1972", "0948222015"], [("imported", "To Thi Ngoc To", "1972", "0948222015")]),
        ([16, "TONG THI CONG", "1972", "0948222016"], [("imported", "Tong Thi Cong", "1972", "0948222016")]),
        (["", "KHONG THI SO", "1972", "0948222017"], [("imported", "Khong Thi So", "1972", "0948222017")]),
        ([18, "DUONG THI AP", "1972", "0948222018"], [("imported", "Duong Thi Ap", "1972", "0948222018")]),
        ([19, "HOI THI NGUYET", "1972"], [("imported", "Hoi Thi Nguyet", "1972", "")]),
        (["", "TONG SO", "", "19 NGUOI"], []),
        (["", "TRONG DO: DANG VIEN 3"], []),
    ],
)  # fmt: skip
