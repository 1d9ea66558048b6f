import { describe, expect, it } from 'vitest'
import { i18n } from '@/i18n'
import { codes } from '@/i18n/codes'
import { stationWords } from './useStationWords'

describe("the station's own notes", () => {
  it.each([
    ['link_timeout', '电表没有应答'],
    ['000129 link_timeout', '000129 电表没有应答'],
    ['balance -3.65', '剩余金额 ¥-3.65'],
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
