/** 日常业务：矩阵、电表、开户、售电、记录、小票、报警。 */
export const work = {
  matrix: {
    heading: '状态矩阵', summary: '{{shown}} 块表', filterText: '筛选房号、商铺、表号、户名', allBuildings: '全部楼栋', allFloors: '全部楼层',
    legend: '图例（点击筛选）', legendItem: '{{name}}：{{count}} 块，点击筛选', balance: '余额', power: '功率', energy: '电量读数', lastContact: '最近抄表',
    none: '没有电表', noneHint: '先导入一个 Excel 表格，楼栋、房间、通讯管理机和电表就都有了。', toImport: '去导入',
    supply: '供电', on: '供电', off: '断电', unknown: '未知', location: '安装位置', flags: '标记', asOf: '更新于 {{time}}',
    exportDone: '已导出', more: '打开 {{room}}',
  },
  meter: {
    heading: '电表', read: '立即抄表', reading: '正在抄表…', readDone: '已抄到最新数据', values: '实时数据', noValues: '还没有抄到数据',
    phase: '相', phaseA: 'A 相', phaseB: 'B 相', phaseC: 'C 相', totalLine: '合计', voltage: '电压', current: '电流', power: '有功功率', factor: '功率因数',
    frequency: '频率', energyTotal: '正向有功总电量', rateEnergy: '{{rate}}电量', measuredAt: '抄表时间', wallet: '表内钱包', balance: '剩余金额', credit: '剩余电量',
    count: '购电次数', countPlatform: '平台次数 {{count}}', countDiffers: '与平台不一致（平台 {{count}}）', soldTotal: '累计购电金额', lastSale: '最近一次购电',
    noWallet: '此表没有预付费钱包', supply: '供电状态', relayClosed: '供电中', relayOpen: '已断电', relayUnknown: '未知', mode: '控制方式', modeForced: '保电（强制供电）',
    modeTripped: '拉闸（强制断电）', modePrepaid: '预付费（电表按余额控制）', protected: '受保电保护', chart: '最近 24 小时', chartPower: '功率', chartEnergy: '用电量',
    chartBalance: '余额', noReadings: '最近 24 小时还没有读数', hourly: '每小时', alarms: '当前报警', noAlarms: '没有报警', sales: '最近售电', noSales: '还没有售电',
    commands: '命令记录', noCommands: '还没有命令', configuration: '配置', model: '型号', unit: '通讯地址', serial: '出厂编号', serialLearning: '首次通讯时获取',
    ct: 'CT 变比', gateway: '通讯管理机', bus: '总线', tariff: '电价方案', alarm1: '报警金额 1', alarm2: '报警金额 2', overload: '过载功率阈值', overloadOff: '不限', overdraft: '透支金额',
    keyZero: '测试密钥（仅测试站点可售电）', prepaid: '预付费', checkMeter: '仅抄表', account: '客户', noAccount: '未开户', openAccount: '去开户', sell: '售电', customer: '户名',
    phone: '电话', number: '户号', lastError: '最近通讯错误', quarantined: '此表已隔离：账表不一致，核对完成前不能售电。', download: '下发', clock: '电表时钟', priceVersion: '电价版本', settingsVersion: '设置版本',
    utility: '类型', overview: '概况', history: '记录', tariffNone: '未设置', lost: '失联：最近一次应答 {{age}}。下面是断线前的数据。', code: '表号',
  },
  supply: {
    trip: '拉闸', force_on: '保电', release: '恢复预付费', tripTitle: '拉闸：断开 {{meter}} 的供电', force_onTitle: '保电：强制 {{meter}} 供电', releaseTitle: '恢复预付费：{{meter}}',
    tripText: '电表会立即断电，直到有人选择“保电”或“恢复预付费”。购电不会自动复电。', force_onText: '电表强制供电，欠费也不断电，直到有人选择“恢复预付费”。',
    releaseText: '由电表按余额自行控制：有余额则供电，欠费则断电。', reason: '操作原因', reasonNeeded: '请填写操作原因', reasonHint: '会写入操作日志，例如：装修施工、客户申请',
    submitted: '已提交', waiting: '等待电表确认', tries: '已尝试 {{count}} 次', latest: '最近一次：{{text}}', deadline: '期限 {{time}}', done: '完成：电表读回已确认', failed: '失败', superseded: '已被新的命令取代',
    customer: '当前客户', balance: '剩余金额', open: '断电', closed: '供电', now: '当前', noRight: '您没有通断电控制权限', cutReasons: '常用原因', reason1: '装修施工', reason2: '客户申请', reason3: '线路检修', busy: '命令执行中',
  },
  account: {
    openHeading: '开户', pickMeter: '选择电表', pickPlaceholder: '输入表号、房号或商铺名', pickHint: '只列出未开户的电表', pickNone: '没有未开户的电表', meterNeeded: '请选择电表', customer: '户名', customerNeeded: '请填写户名',
    customerLong: '户名最多 64 个字', phone: '联系电话', phoneBad: '只能有数字、空格、+、-、括号，最多 32 个字符', note: '备注', submit: '开户', opening: '开户中', opened: '已开户', openingHint: '资料已保存，正在把户号、报警金额和电价写入电表。',
    openedHint: '电表已确认。新户余额为 0，售电后即可用电。', stored: '资料已保存', writing: '写入电表', confirmed: '电表已确认', toSell: '去售电', another: '再开一户', chosen: '已选电表', change: '换一块表', listHeading: '开户查询', number: '户号', meters: '电表', created: '建档时间',
    openedAt: '开户时间', closedAt: '销户时间', search: '搜索户号、户名、电话、表号', detailHeading: '客户', sales: '售电记录', none: '还没有客户', noneHint: '给一块电表开户后，会出现在这里。', slow: '电表还没有确认，系统会继续尝试；您可以离开此页。',
    failed: '写入电表失败', meterState: '电表状态', same: '账户资料', uncertain: '上一次开户没有收到答复，不知道是否已保存。请用同一份资料重试，不会重复开户。',
  },
  sale: {
    heading: '售电', search: '搜索表号、商铺、户名、电话', searchHint: '按 / 开始搜索', pick: '先选一位客户', pickHint: '输入表号、商铺、户名或电话，回车选中第一项。', noHit: '没有匹配的电表', amount: '售电金额', amountNeeded: '请输入金额', amountBad: '金额应大于 0，最多两位小数',
    amountLarge: '超过单笔上限 {{limit}}', words: '大写', method: '缴费方式', note: '备注', before: '购电前余额', after: '购电后余额', estimate: '约可用', estimateHint: '按“{{tariff}}”平段单价 ¥{{price}}/kWh 估算，未计阶梯与峰谷',
    estimateSingle: '按“{{tariff}}”单价 ¥{{price}}/kWh', noTariff: '此表没有电价方案，无法估算电量', submit: '售电', keys: '快捷键', keyFocus: '搜索', keySell: '售电', keyNext: '下一项', keyCancel: '取消', keyPrint: '打印', step0: '已收款', step1: '下发中', step2: '已到账',
    slip: '单号', print: '打印三联单', next: '下一笔', retry: '立即重试', cancelSale: '撤销这笔', attempts: '已尝试 {{count}} 次', sending: '正在提交…', uncertainTitle: '上一笔没有收到答复', uncertain: '{{meter}} · {{amount}}：不知道是否已收款入账。请点“重试同一笔”，同一笔不会重复售电。',
    retrySame: '重试同一笔', checkRecords: '查售电记录', blocked: { not_opened: '此表未开户，请先开户。', quarantined: '此表已隔离，核对完成前不能售电。' }, lost: '此表失联：可以收款，但要等通讯恢复后才能到账。', stale: '余额是 {{age}}的读数',
    delivered: '到账后余额', recent: '此表最近售电', conflictHint: '这个幂等键已用于另一笔售电，请到售电记录核对。', customer: '客户', whatNow: '怎么办', quick: '常用金额', openFirst: '去开户', sold: '本次售电',
  },
  vend: {
    heading: '售电记录', search: '搜索单号、表号、户名、房间', state: '状态', range: '日期', anyDay: '全部日期', ownDays: '自选日期', slip: '单号', amount: '收款金额', toMeter: '充值金额', fees: '服务费', method: '缴费方式', before: '购电前', after: '购电后', captured: '收款合计', deliveredTotal: '到账合计', open: '未到账差额',
    cancel: '撤销', cancelTitle: '撤销售电 {{slip}}', cancelText: '还没有到账的才能撤销：已发往电表的由电表裁定，可能仍然到账。', cancelReason: '撤销原因', cancelNeeded: '请填写撤销原因', cancelled: '已提交撤销', retry: '立即重试', retried: '已重新下发', reprint: '补打', print: '打印', timeline: '经过', created: '收款入账',
    sent: '发往电表', finished: '结束', count: '购电次数', attempts: '下发次数', none: '还没有售电', noneHint: '在售电页完成第一笔售电后，会出现在这里。', csv: '导出 CSV', csvNote: '导出当前筛选的前 {{count}} 条', room: '房间', account: '户号', kind: '类型', rest: '未结束',
  },
  slip: {
    heading: '三联单', number: '单号', customer: '户名', account: '户号', room: '房间', meter: '表号', amount: '缴费金额', words: '人民币（大写）', toMeter: '充值金额', fees: '服务费', method: '缴费方式', before: '购电前余额', after: '购电后余额', count: '购电次数', operator: '操作员',
    soldAt: '售电时间', printedAt: '打印时间', reprint: '补打', copy: '第 {{index}} 联', print: '打印', sign: '客户签字', seal: '收款单位（章）', preview: '预览：实际为 241 × 93.1 mm，三联', notDelivered: '尚未到账：{{state}}', state: '状态', note: '备注', keep: '请妥善保管',
  },
  alarm: {
    heading: '报警', active: '当前报警', past: '全部记录', unacknowledged: '只看未确认', kind: '报警', severity: '级别', object: '对象', detail: '说明', raised: '发生时间', cleared: '恢复时间', notCleared: '未恢复', acknowledge: '确认', acknowledged: '{{name}} 已确认', none: '一切正常，没有报警',
    noneHint: '余额不足、欠费、失联等情况会出现在这里。', done: '报警已确认', duration: '持续', allKinds: '全部种类', ack: '确认情况', notAcknowledged: '未确认', balance: '剩余金额 {{amount}}', serial: '电表编号 {{found}}，应为 {{expected}}',
  },
}
