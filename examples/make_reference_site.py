#!/usr/bin/python3
"""Makes examples/reference-site.xlsx and examples/small-site.xlsx (needs python3-openpyxl).

The reference site: an office tower with 152 DTSY1352-NK-like meters on 8 buses behind 4 gateways,
as `paymeter demo` simulates it. The same input gives the same bytes, so that a changed file in a
commit means a changed site.
"""
import datetime
import hashlib
import io
import pathlib
import zipfile

import openpyxl
from openpyxl.styles import Font

HERE = pathlib.Path(__file__).parent
MODEL = "paymeter-reference-nk"
STAMP = datetime.datetime(2026, 1, 1)

PROPERTY = ["名称", "时区", "测试站点"]
BUILDINGS = ["名称"]
ROOMS = ["建筑", "楼层", "房号", "店铺/户名"]
GATEWAYS = ["名称", "IP"]
BUSES = ["所属管理机", "名称", "通讯方式", "端口", "串口设备", "波特率", "校验", "超时ms", "轮询间隔s",
         "集抄间隔min"]
TARIFFS = ["名称", "尖", "峰", "平", "谷", "深谷", "阶梯1起", "阶梯1加价"]
METERS = ["表号", "安装位置", "型号", "通讯地址", "所属管理机", "总线", "建筑", "房号", "变比", "能源类型",
          "钱包", "预付费", "电价方案", "报警金额1", "报警金额2", "过载功率W", "透支金额", "保电",
          "出厂编号", "密钥", "起始读数kWh", "抄表时间"]

SHOPS = ["晨光便利店", "麦田面包坊", "一杯咖啡", "江南小馆", "百草药房", "新叶书店", "蓝鲸洗衣", "禾木花店",
         "老街面馆", "云帆打印", "好邻居超市", "知味茶铺"]
NAMES = ["远山", "启明", "汇川", "立方", "青禾", "星河", "博远", "同舟", "锐思", "和光", "天工", "听涛", "明镜",
         "北辰", "海纳", "松涛", "云起", "问渠", "静安", "长风"]
TRADES = ["设计工作室", "软件科技", "会计师事务所", "律师事务所", "广告传媒", "国际贸易", "建筑咨询", "教育科技",
          "人力资源", "生物医药", "供应链管理"]


def key_of(code):
    return hashlib.sha256(("paymeter reference site meter " + code).encode()).hexdigest()[:32]


def tenants():
    """Names of offices, each once, in a fixed shuffled order."""
    pairs = [name + trade for trade in TRADES for name in NAMES]
    return sorted(pairs, key=lambda text: hashlib.sha256(text.encode()).hexdigest())


def rooms():
    """(building, floor, number, name) of the 152 rooms: shops below, offices above."""
    offices = iter(tenants())
    found = []
    for i, name in enumerate(SHOPS):
        found.append(("主楼", 1, f"1{i + 1:02d}", name))
    for floor in range(2, 16):
        for i in range(8):
            found.append(("主楼", floor, f"{floor}{i + 1:02d}", next(offices)))
    for floor in range(1, 5):
        for i in range(7):
            found.append(("裙楼", floor, f"P{floor}{i + 1:02d}", next(offices)))
    assert len(found) == 152, len(found)
    return found


def opening_kwh(code, ct):
    """A register that has run for a while: 800.00 to 8,800.00 kWh, primary side."""
    return (800 + int(hashlib.sha256(f"opening {code}".encode()).hexdigest()[:6], 16) % 8000) * ct


def meter(code, place, unit, gateway, bus, room, ct, tariff, overload, serial):
    return [code, place, MODEL, unit, gateway, bus, room[0], room[2], ct, "电", "表计", "是", tariff,
            50.00, 20.00, overload, 0, "否", serial, key_of(code), opening_kwh(code, ct),
            datetime.date(2026, 1, 1)]


def bus_row(gateway, name, port):
    return [gateway, name, "modbus_tcp", port, None, None, None, 1000, 15, 2]


def reference_site():
    places = rooms()
    gateways = [[f"管理机{i + 1}", "127.0.0.1"] for i in range(4)]
    buses, meters = [], []
    for b in range(8):
        gateway, name = f"管理机{b // 2 + 1}", f"总线{b + 1}"
        buses.append(bus_row(gateway, name, 15021 + b))
        for unit in range(1, 20):
            n = len(meters) + 1
            place = places[n - 1]
            # Large tenants are metered through current transformers.
            ct = {5: 20, 12: 40, 19: 60}.get(unit, 1) if b % 2 == 0 else 1
            shop = place[1] == 1
            code = str(1000 + n)
            meters.append(meter(code, f"{place[0]}{place[1]}层强电井", unit, gateway, name, place, ct,
                                "商业分时" if not shop else "单一电价",
                                0 if ct == 1 and unit % 4 else 12000 * ct, f"PM{code:0>8}"))
    return {
        "项目": (PROPERTY, [["参考写字楼", "Asia/Shanghai", "是"]]),
        "建筑": (BUILDINGS, [["主楼"], ["裙楼"]]),
        "房间": (ROOMS, [list(place) for place in places]),
        "通讯管理机": (GATEWAYS, gateways),
        "总线": (BUSES, buses),
        "电价方案": (TARIFFS, [["商业分时", 1.4356, 1.1712, 0.7384, 0.3521, 0.2817, None, None],
                           ["单一电价", None, None, 0.85, None, None, None, None]]),
        "仪表": (METERS, meters),
    }


def small_site():
    places = [("门面房", 1, f"10{i + 1}", SHOPS[i]) for i in range(4)]
    meters = [meter(str(2001 + i), "门面房配电箱", i + 1, "管理机1", "总线1", place, 1,
                    "居民阶梯" if i == 3 else "单一电价", 8000, f"PM{2001 + i:08d}")
              for i, place in enumerate(places)]
    return {
        "项目": (PROPERTY, [["小站点", "Asia/Shanghai", "是"]]),
        "建筑": (BUILDINGS, [["门面房"]]),
        "房间": (ROOMS, [list(place) for place in places]),
        "通讯管理机": (GATEWAYS, [["管理机1", "127.0.0.1"]]),
        "总线": (BUSES, [bus_row("管理机1", "总线1", 15021)]),
        "电价方案": (TARIFFS, [["单一电价", None, None, 0.85, None, None, None, None],
                           ["居民阶梯", None, None, 0.5283, None, None, 230, 0.05]]),
        "仪表": (METERS, meters),
    }


def write(site, path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = STAMP
    for name, (titles, rows) in site.items():
        sheet = book.create_sheet(name)
        sheet.append(titles)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append(row)
        for i, title in enumerate(titles):
            width = max(len(str(row[i])) for row in rows) if rows else 0
            sheet.column_dimensions[sheet.cell(1, i + 1).column_letter].width = max(
                10, 2 * len(title), int(width * 1.3))
    draft = io.BytesIO()
    book.save(draft)
    # openpyxl stamps the parts with the present time: pack them again with a fixed one.
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            text = source.read(name)
            if name == "docProps/core.xml":
                start, end = text.find(b"<dcterms:modified"), text.find(b"</cp:coreProperties>")
                text = text[:start] + text[end:]
            target.writestr(info, text)


if __name__ == "__main__":
    write(reference_site(), HERE / "reference-site.xlsx")
    write(small_site(), HERE / "small-site.xlsx")
