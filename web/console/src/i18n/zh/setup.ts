/** 系统设置、导入、日志、账目。 */
export const setup = {
  meters: { heading: '仪表', search: '搜索表号、位置、房号、户名', location: '安装位置', none: '还没有仪表' },
  gateways: {
    heading: '通讯管理机与总线', gateway: '通讯管理机', host: '地址', online: '在线', lost: '失联', buses: '{{count}} 条总线', bus: '总线', transport: '通讯方式', endpoint: '端点', connected: '已连接', disconnected: '未连接', ok: '成功', timeouts: '超时', damaged: '坏帧', refused: '拒绝',
    connectFailures: '连接失败', sweep: '一轮抄表', busy: '总线占用', polls: '抄表次数', quality: '成功率', none: '还没有通讯管理机', noneHint: '导入表格后，会显示每台通讯管理机和每条总线的应答情况。', local: '本机串口', shed: '丢弃任务', jobs: '任务', answering: '应答 {{answered}} / {{total}}',
    since: '自服务启动以来', noSweep: '还未完成一轮',
  },
  import: {
    heading: '数据导入', intro: '一个 Excel 文件描述整个站点：楼栋、房间、通讯管理机、总线、电价、电表。', step1: '下载模板', step2: '上传表格', step3: '检查', step4: '导入', template: '下载模板', templateHint: '带说明和示例行；中英文列名都可以，列的顺序不限。', drop: '把文件拖到这里，或点击选择', dropHint: '.xlsx 或 .xls，最大 20 MB',
    tooLarge: '文件超过 20 MB', wrongType: '请选择 .xlsx 或 .xls 文件', checking: '正在检查…', committing: '正在导入…', clean: '检查通过，可以导入', cleanHint: '还没有写入任何内容。', dirty: '发现 {{count}} 处问题，没有导入任何内容', dirtyHint: '请在表格里改正后重新上传。', sheet: '工作表', row: '行', column: '列', value: '单元格内容', problem: '问题',
    wholeSheet: '整表', commit: '全部导入', commitText: '全部导入或全部不导入：中途出错会撤回。', done: '导入完成', doneHint: '正在与通讯管理机和电表通讯，下面显示应答情况。', added: '新增', changed: '变更', unchanged: '不变', buildings: '楼栋', rooms: '房间', gateways: '通讯管理机', buses: '总线', tariffs: '电价', meters: '电表',
    another: '导入另一个文件', answering: '应答情况', answered: '已应答 {{answered}} / {{total}} 块表', toMatrix: '看状态矩阵', nothing: '文件内容与现有设置相同，没有需要变更的。', file: '文件', replace: '换一个文件', issuesShown: '最多显示 1000 处',
  },
  audit: { heading: '操作日志', search: '搜索操作员、对象、操作', action: '操作', subject: '对象', address: '来源地址', refused: '被拒绝：', detail: '说明', none: '还没有日志' },
  books: {
    heading: '账目', intro: '复式记账：每笔收款、到账、退款都有借贷两方，借贷必须相等。', trial: '试算平衡', account: '科目', debit: '借方', credit: '贷方', balance: '余额', sum: '合计', balanced: '借贷平衡', unbalanced: '借贷不平，相差 {{amount}}', problems: '账目检查', sound: '全部检查通过', soundHint: '收款、到账、待退款逐笔一致，购电次数与电表一致。',
    found: '发现 {{count}} 处问题', none: '还没有账目',
  },
  action: {
    login: '登陆', logout: '退出', password_changed: '修改密码', account_opened: '开户', vend_created: '售电', vend_cancelled: '撤销售电', vend_retried: '重新下发', supply_switched: '通断电',
    alarm_acknowledged: '确认报警', site_imported: '数据导入', meter_download: '参数下发',
  },
}
