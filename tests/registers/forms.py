"""Forms of an office: columns under columns, counts beside the list, births beside names."""

from __future__ import annotations

from tests.registers.cases import Case

COUNTS_BESIDE = Case(
    "counts beside the list, given names in a column of their own",
    [
        ([], []),
        (["", "", "CHI HỘI PHỤ NỮ KHÓM 6"], []),
        (["", "", "DANH SÁCH CHỊ EM"], []),
        (["", "STT", "Họ và tên", "", "Năm sinh", "Điện thoại", "", "", "Tổ", "Số HV"], []),
        (["", 1, "Nguyễn Thị", "Hoa", 1960, "0977700001", "", "", "Tổ 1", 4], [("imported", "Nguyễn Thị Hoa", "1960", "0977700001")]),
        (["", 2, "Lê Thị", "Lan", '"', "0977700002", "", "", "Tổ 2", 3], [("imported", "Lê Thị Lan", "", "0977700002")]),
        (["", 3, "Lê Thị Kim", "Chi", "nt", "0977700003", "", "", "Cộng", 7], [("imported", "Lê Thị Kim Chi", "", "0977700003")]),
        (["", "", "(Từ đây là hội viên mới kết nạp năm 2026)"], []),
        (["", "", "Phạm Thị", "Nở", "", "0977700004"], [("imported", "Phạm Thị Nở", "", "0977700004")]),
        (["", 5, "Phạm Thị", "Nụ", "1999"], [("imported", "Phạm Thị Nụ", "1999", "")]),
        (["", "", "HỘI VIÊN TỔ 2:"], []),
        (["", 6, "Phạm Thị", "Nhài", "1998", "097 77000 06 (Zalo chồng)"], [("imported", "Phạm Thị Nhài", "1998", "0977700006")]),
        (["", 7, "Trương Thị Bé", "Bảy", "1997", "0977700007 và 0977700008"], [("imported", "Trương Thị Bé Bảy", "1997", "0977700007")]),
        (["", "", "Số lượng: 7 hội viên"], []),
        (["", "", "Khóm 6, ngày 1/11/2026"], []),
        (["", "", "Chi hội trưởng", "", "", "Tổ trưởng"], []),
        (["", "", "Nguyễn Thị Hoa", "", "", "Phạm Thị Nhài"], []),
    ],
)  # fmt: skip

BY_SEX_AND_KIND = Case(
    "sexes and kinds of members under their headings",
    [
        (["Mẫu số 02/HV"], []),
        (["TT", "HỌ TÊN", "NĂM SINH", "", "DÂN TỘC", "NGHỀ NGHIỆP", "SỐ ĐIỆN THOẠI", "HỘI VIÊN", "", "GHI CHÚ"], []),
        (["", "", "NAM", "NỮ", "", "", "", "NÒNG CỐT", "DANH DỰ"], []),
        (["I", "CHI HỘI KHÓM 1"], []),
        (["1", "Nguyễn Thị Hoa", "", "1960", "Kinh", "LR", "0977700001", "x"], [("imported", "Nguyễn Thị Hoa", "1960", "0977700001")]),
        (["2", "Nguyễn Thị Hoa", "", "1960", "Kinh", "LR", "0977700001", "x"], [("duplicate", "Nguyễn Thị Hoa", "1960", "0977700001")]),
        (["3", "Trần Văn Nam", "1955", "", "Kinh", "LR", "0977700002", "", "x"], [("imported", "Trần Văn Nam", "1955", "0977700002")]),
        (["II", "CHI HỘI KHÓM 2"], []),
        (["1", "Nguyễn Thị Hoa", "", "1960", "Kinh", "LR", "0977700003"], [("held", "Nguyễn Thị Hoa", "1960", "0977700003")]),
        (["2", "Nguyễn Thị Mai Hoa", "", "12-03-1961", "Kinh", "NT", "0977700004", "", "", "Tổ trưởng"], [("imported", "Nguyễn Thị Mai Hoa", "1961-03-12", "0977700004")]),
        (["3", "Lâm Thị Na Ri", "", "60t", "Khmer", "NT", "chưa có"], [("imported", "Lâm Thị Na Ri", "", "")]),
        (["TỔNG", "", "1", "5"], []),
        (["TỔNG CỘNG: 06 HỘI VIÊN (01 nam, 05 nữ)"], []),
        (["NGƯỜI LẬP BIỂU", "", "", "", "", "", "TM. BTV HỘI LHPN PHƯỜNG"], []),
        (["", "", "", "", "", "", "CHỦ TỊCH"], []),
        (["Lê Thị Thu", "", "", "", "", "", "Võ Thị Hà"], []),
    ],
)  # fmt: skip

NAME_WITH_BIRTH = Case(
    "births in the cell with the name",
    [
        (["STT", "Họ tên, năm sinh", "Địa chỉ", "SĐT 1", "SĐT 2"], []),
        ([1, "Nguyễn Thị Hoa, 1960", "k", "0977700001", "0977700002"], [("imported", "Nguyễn Thị Hoa", "1960", "0977700001")]),
        ([2, "Nguyễn Thị Huệ (12/3/1961)", "k", "", "0977700003"], [("imported", "Nguyễn Thị Huệ", "1961-03-12", "0977700003")]),
        ([3, "Nguyễn Thị Hường sn 62", "k"], [("imported", "Nguyễn Thị Hường", "1962", "")]),
        ([4, "Nguyễn Thị Hài - 1963 - 0977700004", "k"], [("imported", "Nguyễn Thị Hài", "1963", "0977700004")]),
    ],
)  # fmt: skip
