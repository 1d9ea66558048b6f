/** 通用文字、菜单、登录、界面状态。 */
export const core = {
  app: {
    name: 'Paymeter',
    title: '远程预付费管理系统',
    tagline: '先付费，后用电。电表余额、售电与通断电，一处掌握。',
  },
  nav: {
    home: '首页', matrix: '状态矩阵', guide: '试用指南', customers: '用户管理', openAccount: '开户',
    accounts: '开户查询', sales: '售电管理', sell: '售电', vends: '售电记录', alarms: '报警',
    setup: '系统设置', meters: '仪表', gateways: '通讯管理机与总线', import: '数据导入', audit: '操作日志',
    books: '账目', menu: '菜单', api: '开放接口', main: '主菜单', skip: '跳到主要内容',
  },
  header: {
    search: '搜索表号、房号、商铺、户名', noMatch: '没有匹配的仪表', language: '切换为英文', theme: '外观',
    themeLight: '浅色', themeDark: '深色', themeSystem: '跟随系统', user: '当前用户', changePassword: '修改密码',
    logout: '重新登陆', alarms: '未确认报警 {{count}} 条', live: '实时', connecting: '连接中', broken: '实时连接中断，正在重连',
    property: '物业',
  },
  demo: { banner: '演示站点：电表为仿真', link: '打开试用指南' },
  common: {
    retry: '重试', refresh: '刷新', search: '搜索', filter: '筛选', reset: '重置', cancel: '取消', confirm: '确定', close: '关闭',
    back: '返回', save: '保存', all: '全部', none: '无', yes: '是', no: '否', total: '共 {{count}} 条', columns: '列', details: '详情',
    actions: '操作', loading: '正在加载…', export: '导出 Excel', exporting: '正在导出…', time: '时间', state: '状态',
    operator: '操作员', reason: '原因', note: '备注', noNote: '无备注', meter: '电表', room: '房间', building: '楼栋', floor: '楼层',
    floorName: '{{floor}} 层', basement: '地下 {{floor}} 层', noFloor: '未分楼层', noBuilding: '未分配房间', customer: '户名', from: '开始', to: '结束', view: '查看',
    optional: '选填', code: '代码', meters: '{{count}} 块表', more: '更多', of: '{{shown}} / {{total}}',
    viewMode: '显示方式', tiles: '图块', table: '表格', never: '从未', copied: '已复制', today: '今天', days7: '近 7 天', days30: '近 30 天',
  },
  age: { second: '{{count}} 秒前', minute: '{{count}} 分钟前', hour: '{{count}} 小时前', day: '{{count}} 天前', never: '未抄到' },
  empty: {
    list: '还没有记录', filtered: '没有符合条件的记录', filteredHint: '换个关键词，或清除筛选条件。', clear: '清除筛选',
  },
  error: {
    title: '没能完成', code: '错误代码', loadFailed: '内容没能加载', page: '页面出错了', pageHint: '请重试；若仍出错，请把错误代码告诉管理员。',
    notFound: '没有这个页面', notFoundHint: '地址可能有误，或内容已移走。', home: '回到首页',
  },
  denied: { title: '没有权限', hint: '您的角色是“{{role}}”，此页需要权限“{{right}}”。请联系管理员。' },
  login: {
    heading: '登陆', name: '用户名', password: '密码', submit: '登陆', nameNeeded: '请输入用户名', passwordNeeded: '请输入密码',
    expired: '登录已过期，请重新登陆。', first: '首次使用？用户名是 admin，一次性密码在启动站控服务的终端里。',
    point1: '远程售电：一次付款，只充值一次', point2: '断电有据：每次拉合闸都有电表确认', point3: '账目可核：收款与电表计数逐笔一致',
  },
  password: {
    firstHeading: '请设置您的密码', firstHint: '一次性密码只能用来登陆这一次。设置新密码后即可开始使用。', heading: '修改密码',
    old: '当前密码', oneTime: '一次性密码', fresh: '新密码', repeat: '再输入一次新密码', rules: '密码要求',
    ruleLength: '至少 10 个字符', ruleDiffers: '与当前密码不同', ruleRepeat: '两次输入一致', submit: '保存新密码', done: '密码已修改',
    needed: '请填写此项', show: '显示密码', hide: '隐藏密码',
  },
  guide: {
    heading: '试用指南', intro: '按顺序走一遍，大约五分钟，就能看到从开户到到账、从拉闸到复电的全过程。',
    simulated: '这里的电表是仿真的：它们经真实的 Modbus 协议应答，余额、购电次数和继电器都会真的变化，但不涉及真实的用户和资金。',
    real: '本站点接的是真实电表。下面的步骤会真的收款、通断电，请只在测试房间上操作。',
    go: '去试', done: '已完成', progress: '已完成 {{done}} / {{total}} 步', mark: '标记为已完成', unmark: '取消标记',
    steps: {
      matrix: { title: '看状态矩阵', text: '每个房间一个图块：图标、文字和颜色一起表示状态。点图例可以筛选，数字随电表实时变化。' },
      open: { title: '给一块未开户的表开户', text: '选一块“未开户”的表，填户名和电话。进度从“开户中”到“已开户”，由电表自己确认。' },
      sell: { title: '售电', text: '在售电页按 / 搜索刚开的户，输入金额，按 F2 或回车。连按两次也只售一笔。' },
      watch: { title: '看到账过程', text: '已收款 → 下发中 → 已到账。只有读回电表、次数与金额一致，才显示“已到账”。' },
      slip: { title: '打印三联单', text: '到账后按 F9 打印；之后再打印会标“补打”。' },
      trip: { title: '拉闸', text: '在仪表页填原因并拉闸。电表读回继电器断开，命令才算完成。' },
      relay: { title: '看继电器断开', text: '仪表页的供电状态变成“已断电”，矩阵图块出现“拉闸”标记，功率降为 0。' },
      release: { title: '保电与恢复预付费', text: '保电强制供电；恢复预付费后由电表按余额自行判断。' },
      alarms: { title: '看报警', text: '余额低于报警金额会触发报警 1、报警 2 和欠费。确认报警会记录是谁、何时确认。' },
      export: { title: '导出 Excel', text: '在状态矩阵按“导出 Excel”，得到全部电表的当前状态。' },
      import: { title: '看数据导入', text: '下载模板，上传表格，先试导入查看逐行逐列的错误，再全部导入或全部不导入。' },
    },
  },
}
