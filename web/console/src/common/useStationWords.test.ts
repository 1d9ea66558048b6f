import { describe, expect, it } from 'vitest'
import { i18n } from '@/i18n'
import { codes } from '@/i18n/codes'
import { stationWords } from './useStationWords'

describe("the station's own notes", () => {
  it.each([
    ['link_timeout', '电表没有应答'],
    ['000129 link_timeout', '000129 电表没有应答'],
    ['balance -3.65', '剩余金额 -¥3.65'],
    ['balance 1.00, expected 2.00', '剩余金额 ¥1.00，应为 ¥2.00'],
    ['power 99000 W, connection 69000 W', '功率 99.00 kW，接线容量 69.00 kW'],
    ['1000 Wh -> 500 Wh', '示度 1.00 kWh → 0.50 kWh'],
    ['1000 Wh -> 90000 Wh in 60 s', '示度 1.00 kWh → 90.00 kWh，历时 60 秒'],
    ['CT ratio 30, configured 20', '电表变比 30，设置为 20'],
    ['B1: main 1000 Wh, subs 800 Wh, loss 200/1000', 'B1：总表 1.00 kWh，分表 0.80 kWh，损耗 20.0%'],
    [
      'B1: main 1000 Wh, subs 800 Wh, loss 200/1000, 2 unknown',
      'B1：总表 1.00 kWh，分表 0.80 kWh，损耗 20.0%，2 块分表不明',
    ],
    ['found 12, none configured', '读到 12，未设置应有的值'],
    ['meter_refused, expected some-model', '电表拒绝执行该命令，应为 some-model'],
    ['clock +2409 s', '电表时钟快 40 min 9 s'],
    ['clock -30 s', '电表时钟慢 30 s'],
    ['+4115 s', '电表时钟快 1 h 9 min'],
    ['refused: login_failed', '被拒绝：用户名或密码错误'],
    ['serial A1, expected B2', '电表编号 A1，应为 B2'],
    ['50.00 cash', '50.00 cash'],
    ['some_other_word', 'some_other_word'],
    ['', ''],
  ])('%j', (note, words) => expect(stationWords(note, i18n.getFixedT('zh'), 'zh')).toBe(words))
  it('are English in English', () =>
    expect(stationWords('000129 link_timeout', i18n.getFixedT('en'), 'en')).toBe(
      `000129 ${codes.link_timeout?.[1]}`,
    ))
})
