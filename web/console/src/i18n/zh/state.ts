/** 站控服务会报告的每一种状态。 */
export const state = {
  tile: { not_opened: '未开户', opened: '已开户', alarm1: '报警1', alarm2: '报警2', arrears: '欠费', lost: '失联' },
  flag: { forced_on: '保电', tripped: '拉闸', quarantined: '隔离' },
  flagHint: { forced_on: '强制供电，不因欠费断电', tripped: '操作员已拉闸，供电断开', quarantined: '账表不一致，需两名操作员核对后才能售电' },
  vend: {
    created: '待付款', paid: '已收款', sent: '下发中', cancelling: '撤销中', delivered: '已到账', refund_due: '待退款',
    refunded: '已退款', refund_failed: '退款失败', quarantine: '已隔离', closed: '已关闭',
  },
  vendHint: {
    created: '等待付款确认。', paid: '钱已收到并记账，等待下发到电表。', sent: '正在写入电表，以电表读回为准；掉线时会自动重试，不会重复充值。',
    cancelling: '正在撤销：由电表裁定这笔是否已经到账。', delivered: '电表读回的购电次数与金额一致，已确认到账。',
    refund_due: '已证实没有充入电表，应把收到的钱退给客户。', refunded: '款项已退还客户。', refund_failed: '退款没有成功，需人工退款。',
    quarantine: '电表的计数与平台不一致，无法判断是否到账。请勿再次售电，由两名操作员核对电表后处理。', closed: '这笔订单没有收款，已关闭。',
  },
  vendKind: { sale: '售电', refund: '退电' },
  method: { cash: '现金', bank_card: '银行卡', transfer: '转账', wechat: '微信支付', alipay: '支付宝', unionpay: '银联' },
  command: { pending: '等待电表确认', done: '完成', failed: '失败', superseded: '已被取代' },
  commandKind: {
    trip: '拉闸', force_on: '保电', release: '恢复预付费', open_account: '开户下发', write_settings: '设置下发', write_prices: '电价下发',
  },
  account: { opening: '开户中', open: '已开户', closing: '销户中', closed: '已销户' },
  alarm: {
    alarm1: '余额报警1', alarm2: '余额报警2', arrears: '欠费', overload: '过载', cover: '表盖打开', clock: '电表时钟故障',
    meter_lost: '电表失联', gateway_lost: '通讯管理机失联', vend_stuck: '售电迟迟未到账', vend_quarantined: '售电已隔离', wrong_meter: '表号不符',
  },
  severity: { info: '提示', warning: '警告', critical: '严重' },
  role: { administrator: '管理员', manager: '物业经理', cashier: '收费员', viewer: '查看员' },
  right: {
    view: '查看', open_account: '开户', sell: '售电', cancel_sale: '撤销售电', switch_supply: '通断电控制', acknowledge: '确认报警',
    import_site: '数据导入', manage_users: '操作员管理',
  },
  transport: { modbus_tcp: 'Modbus TCP', rtu_over_tcp: 'RTU over TCP', serial: '串口' },
  ledger: {
    channel: '收款渠道', pending: '待下发', delivered: '已到账', fee: '服务费', refund_due: '待退款', quarantined: '已隔离',
  },
  utility: { electricity: '电', water: '水', heat: '热' },
  wallet: { meter: '表内钱包', platform: '平台钱包' },
  rate: { sharp: '尖', peak: '峰', flat: '平', valley: '谷', deep_valley: '深谷' },
  refusal: { 0: '无', 1: '校验失败', 3: '户号不符', 4: '次数错误', 5: '超囤积金额', 6: '版本错误' },
}
