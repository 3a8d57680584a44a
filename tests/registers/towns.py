"""Lists of a town: codes of members, a heading over three columns, totals that name their tổ."""

from __future__ import annotations

from tests.registers.cases import Case

KHOM_9 = Case(
    "a title that speaks of taking part, codes, schooling turned into days, totals beside their tổ",
    [
        (["Biểu số 03-HV"], []),
        (["DANH SÁCH HỘI VIÊN, PHỤ NỮ THAM GIA SINH HOẠT CHI HỘI KHÓM 9"], []),
        (["TT", "Mã HV", "Họ và tên", "Ngày, tháng, năm sinh", "", "Trình độ", "", "Số điện thoại", "Năm vào Hội", "Đảng viên", "Nơi cư trú hiện nay"], []),
        (["", "", "", "Nam", "Nữ", "VH", "CM"], []),
        (["", "", "Chi hội Khóm 9 - Tổ 3"], []),
        ([1, "HV001", "Nguyễn Thị Tuyết Nhung", "", "20/10/1969", "12-Dec", "", 913000101, 1995, "x", "Số 5"], [("imported", "Nguyễn Thị Tuyết Nhung", "1969-10-20", "0913000101")]),
        ([2, "HV002", "Trịnh Văn Út", 1959, "", "9/12", "", "0913000102", 2001, "", "Số 6"], [("imported", "Trịnh Văn Út", "1959", "0913000102")]),
        ([3, "HV003", "Chị: Đinh Thị Lợi", "", "8-1972", "", "", "0913.000.103; 0913.000.104", 1999], [("imported", "Đinh Thị Lợi", "1972-08", "0913000103")]),
        ([4, "HV004", "Trần Thị Ánh\nTrần Thị Nguyệt", "", 1985, "", "", "0913000105", 2010], [("held", "Trần Thị Ánh, Trần Thị Nguyệt", "1985", "0913000105")]),
        ([5, "HV005", "Hứa Thị Mỹ Lệ (đã mất)", "", 1940, "", "", "", 1990], [("imported", "Hứa Thị Mỹ Lệ", "1940", "")]),
        ([6, "HV006", "La Thị Kim Tiền", "", "29/02/1973", "", "", "0122 300 0106", 2000], [("imported", "La Thị Kim Tiền", "1973", "0773000106")]),
        ([7, "HV007", "Nguyễn Thị Tuyết  Nhung", "", "20/10/69", "", "", "0913000101", 1995], [("duplicate", "Nguyễn Thị Tuyết Nhung", "1969-10-20", "0913000101")]),
        ([8, "HV008", "Đoàn Thị Phượng", "", "64 tuổi", "", "", "0913000108"], [("imported", "Đoàn Thị Phượng", "", "0913000108")]),
        ([9, "HV009", "Ðặng Thị Nhàn", "", "1971.0", "", "", "0913000109"], [("imported", "Đặng Thị Nhàn", "1971", "0913000109")]),
        ([10, "HV010"], [("error", "", "", "")]),
        ([11, "HV011", "Ong Thị Mười", "", "01-01-1948 00:00:00", "", "", "không có"], [("imported", "Ong Thị Mười", "1948-01-01", "")]),
        ([12, "HV012", "Nguyễn Thị", "", 1965, "", "", "0913000112"], [("held", "Nguyễn Thị", "1965", "0913000112")]),
        ([14, "HV014", "Sơn Thị Ngọc Lan", "", "196", "", "", "0913000114"], [("imported", "Sơn Thị Ngọc Lan", "", "0913000114")]),
        ([15, "HV015", "Bành Thị Hai", "", "15/13/1962", "", "", "0913 000 115 (chồng)"], [("imported", "Bành Thị Hai", "1962", "0913000115")]),
        ([16, "HV016", "Cao Thị Thắm", "", "1954-7-9", "", "", "(0290) 3831 222"], [("imported", "Cao Thị Thắm", "1954-07-09", "02903831222")]),
        ([17, "HV017", "Cao Thị Thấm", "", "1954-7-9", "", "", "02903831222"], [("held", "Cao Thị Thấm", "1954-07-09", "02903831222")]),
        (["", "", "Cộng Tổ 3", "", "17"], []),
        (["", "", "Tổ 4"], []),
        ([1, "HV018", "Hội viên Lưu Thị Sương", "", "tháng 6/1983", "", "", "0913000118"], [("imported", "Lưu Thị Sương", "1983-06", "0913000118")]),
        ([2, "HV019", "TIÊU THỊ BẠCH (tên thường gọi: Hai Bạch)", "", "01/01/1951", "", "", "0913 000 11 9"], [("imported", "Tiêu Thị Bạch", "1951-01-01", "0913000119")]),
        ([3, "HV020", "Nguyễn Thị Hồng Thắm, Nguyễn Hồng Tươi", "", "1990", "", "", "0913000120"], [("held", "Nguyễn Thị Hồng Thắm, Nguyễn Hồng Tươi", "1990", "0913000120")]),
        ([4, "HV021", "Lê Thị #REF!", "", 1977, "", "", "0913000121"], [("error", "Lê Thị #REF!", "1977", "0913000121")]),
        ([5, "HV022", "Phù Thị Cẩm Tú", "", "20000", "", "", "0913000122"], [("imported", "Phù Thị Cẩm Tú", "1954-10-03", "0913000122")]),
        ([6, "HV023", "Đàm Thị Vân", "", "02/30/1968", "", "", "0913000123"], [("imported", "Đàm Thị Vân", "1968", "0913000123")]),
        ([7, "HV024", "GIANG THỊ LÝ", "", "05.06.57", "", "", "(+84)913000124"], [("imported", "Giang Thị Lý", "1957-06-05", "0913000124")]),
        (["Tổng số hội viên: 24; nữ: 23; nam: 01"], []),
        (["Ghi chú: danh sách chưa có hội viên mới"], []),
        (["", "", "TM. BAN CHẤP HÀNH", "", "", "", "", "Cán bộ lập biểu"], []),
    ],
    sheet="Danh sách",
)  # fmt: skip

KHOM_4 = Case(
    "day, month and year under the words of one heading, notes copied down",
    [
        (["UBND PHƯỜNG AN XUYÊN"], []),
        (["PHỤ LỤC: HỘI VIÊN CHI HỘI KHÓM 4"], []),
        (["STT", "Họ và chữ lót", "Tên", "Ngày", "tháng", "năm sinh", "Điện thoại", "Tổ", "Ghi chú"], []),
        ([1, "Nguyễn Thị", "Lành", 2, 9, 1966, "0945111001", "1"], [("imported", "Nguyễn Thị Lành", "1966-09-02", "0945111001")]),
        ([2, "Trương Thị Mỹ", "Xuyên", "", "", 1974, "945111002", "1"], [("imported", "Trương Thị Mỹ Xuyên", "1974", "0945111002")]),
        ([3, "Kim Thị", "Sa Vane", "15", "4", "79", "0945111003", "2", "nt"], [("imported", "Kim Thị Sa Vane", "1979-04-15", "0945111003")]),
        ([4, "Trương Thị Mỹ", "Xuyên", "", "", 1974, "945111002", "1"], [("duplicate", "Trương Thị Mỹ Xuyên", "1974", "0945111002")]),
        ([5, "Nguyễn Thị", "Lành", "31", "4", 1966, "0945111005", "1"], [("held", "Nguyễn Thị Lành", "1966", "0945111005")]),
        ([6, "Huỳnh Thị", "", "", "", 1971, "0945111006", "1"], [("held", "Huỳnh Thị", "1971", "0945111006")]),
        (["II", "TỔ 3"], []),
        ([7, "Phan Ngọc", "Diễm", "0", "0", "1982", "0945111007", "3", "chuyển đi 2025"], [("imported", "Phan Ngọc Diễm", "1982", "0945111007")]),
        ([8, "Bà Bùi Thị", "Tho (tức Bảy Tho)", 12, 12, "1949", "0945 111 008", "3"], [("imported", "Bùi Thị Tho", "1949-12-12", "0945111008")]),
        ([9, "nt", "", "", "", 1980, "0945111009", "3"], [("error", "", "1980", "0945111009")]),
        (["", "Tổng", "8"], []),
        (["", "Phường An Xuyên, ngày 1/11/2026"], []),
    ],
    sheet="Danh sách",
)  # fmt: skip
