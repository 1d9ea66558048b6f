#!/usr/bin/python3
"""Makes the sample workbooks of this folder; run it again only when a sample must change.

openpyxl.xlsx     by openpyxl (python3-openpyxl): shared strings, number formats, dates
libreoffice.xlsx  by LibreOffice from openpyxl.xlsx
libreoffice.xls   likewise, BIFF8, with 是/否 for the booleans
formula.xls       formulas and booleans, which FreeXL passes over
chart.xls         likewise, with a chart on the sheet: FreeXL opens it and then fails
LibreOffice (libreoffice-calc) is needed here only, never by the tests.
"""
import datetime
import pathlib
import subprocess
import tempfile

import openpyxl
from openpyxl.chart import BarChart, Reference

HERE = pathlib.Path(__file__).parent


def sample(yes=True, no=False):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "仪表"
    sheet.append(["表号", "安装位置", "变比", "电价", "抄表时间", "预付费", "噪声"])
    sheet.append([1203, "一楼 “星巴克” & Co <1>", 20, 0.65, datetime.date(2026, 11, 22), yes,
                  0.1 + 0.2])
    sheet.append(["001204", " 前后空格 ", 1, 0.12345678, datetime.datetime(2026, 11, 22, 8, 0, 0),
                  no, 1200])
    sheet["A6"] = "跳行"  # rows 4 and 5 stay empty
    sheet["D6"] = 1e-7
    sheet["G6"] = -12.5
    second = book.create_sheet("空 表")
    second.sheet_state = "hidden"
    third = book.create_sheet("第三")
    third["C2"] = "只有一格"
    return book


def formulas():
    book = openpyxl.Workbook()
    book.active.append(["first"])
    sheet = book.create_sheet("formulas")
    sheet.append(["甲", 5, True, False])
    sheet.append(['=A1&"楼"', "=B1*2", "=1=1", "=1/0", "=0.65"])
    return book


def convert(source, suffix, target):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
                        "--convert-to", suffix, "--outdir", folder, str(source)], check=True)
        (pathlib.Path(folder) / (source.stem + "." + suffix)).replace(target)


def main():
    plain = HERE / "openpyxl.xlsx"
    sample().save(plain)
    convert(plain, "xlsx", HERE / "libreoffice.xlsx")
    book = sample("是", "否")
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=3, min_row=1, max_row=3), titles_from_data=True)
    book.active.add_chart(chart, "I2")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "sample.xlsx"
        sample("是", "否").save(path)
        convert(path, "xls", HERE / "libreoffice.xls")
        formulas().save(path)
        convert(path, "xls", HERE / "formula.xls")
        book.save(path)
        convert(path, "xls", HERE / "chart.xls")


if __name__ == "__main__":
    main()
