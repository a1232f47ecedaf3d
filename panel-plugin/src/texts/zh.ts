import type { Texts } from './en.ts';

const STATES: Record<string, string> = {
  running: '运行',
  dormant: '休眠',
  stopped: '停止',
  abnormal: '异常',
  unknown: '未知',
  'no-data': '无数据',
};
const RESULTS: Record<string, string> = {
  ok: '成功',
  failed: '失败',
  timeout: '超时',
  running: '进行中',
  cancelled: '已取消',
  skipped: '未到达',
  unknown: '未见结束',
  missing: '未上报',
};
const LEVELS: Record<string, string> = {
  critical: '紧急',
  major: '重要',
  minor: '次要',
  warning: '警告',
  indeterminate: '不确定',
};
const CATEGORIES: Record<string, string> = {
  communications: '通信',
  'quality-of-service': '服务质量',
  processing: '处理',
  equipment: '设备',
  environmental: '环境',
  security: '安全',
};
const KINDS: Record<string, string> = {
  create: '创建',
  snapshot: '快照',
  reboot: '重启',
  'attach-disk': '挂载磁盘',
  start: '启动',
  stop: '关机',
  migrate: '迁移',
  suspend: '挂起',
  resume: '恢复',
};
const HOST_STATES = {
  normal: '正常',
  abnormal: '异常',
  unknown: '未知',
  reached: 'libvirtd 有应答',
  unreached: 'libvirtd 无应答',
};
const CONNECTIVITY = {
  ok: '网关和外部均可达',
  'gateway-abnormal': '网关不可达',
  'external-abnormal': '外部不可达',
  'both-abnormal': '网关和外部均不可达',
  'agent-unavailable': '客户机代理无应答',
  'tool-missing': '客户机没有 ping',
  unknown: '未知',
};
const OPERATOR: Record<string, string> = { acknowledged: '已确认', shelved: '已搁置', closed: '已关闭' };
const SUPPRESSED: Record<string, string> = { silenced: '静默', inhibited: '抑制' };
const TONES = { bad: '故障', warning: '无应答', unknown: '未知' };
const AS = { cpu: 'CPU', state: '状态', operations: '操作', alarms: '告警', second: '其他序列' };

const number = (n: number) => n.toLocaleString('en');
const list = (names: string[]) => (names.length > 0 ? names.join('、') : '无');

/** Every word the panel shows, in simplified Chinese; the four states and the levels as the method's own documents call them. */
export const zh: Texts = {
  state: (state) => STATES[state] ?? state,
  result: (result) => RESULTS[result] ?? result,
  level: (level) => LEVELS[level] ?? level,
  category: (category) => CATEGORIES[category] ?? category,
  request: (kind, vm) => `对 ${vm} 执行${KINDS[kind] ?? kind}`,
  operationKind: (kind) => KINDS[kind] ?? kind,
  fault: (fault) => fault.replaceAll('-', ' '),
  hostState: (state) => HOST_STATES[state],
  connectivity: (verdict) => CONNECTIVITY[verdict],
  operator: (state, by) => (by ? `${OPERATOR[state] ?? state}（${by}）` : (OPERATOR[state] ?? state)),
  suppressed: (how) => `已在 Alertmanager 中${SUPPRESSED[how] ?? how}`,
  spoken: { alarm: (level, name) => `${level}告警 ${name}` },
  onlyCounted: (n) => `另有 ${number(n)} 条只作计数：缩短时间范围可逐条显示。`,

  lanes: {
    cpu: 'CPU',
    others: '其他序列',
    hostState: '主机',
    connectivity: '网络',
    verdicts: '判定',
    alarms: '告警',
    operations: '操作',
    state: '状态',
    stateBar: '状态',
  },
  lanesShort: {
    cpu: 'CPU',
    hostState: '主机',
    connectivity: '网络',
    verdicts: '判定',
    alarms: '告警',
    operations: '操作',
    stateBar: '状态',
  },
  count: {
    operations: (n) => `${number(n)} 个操作`,
    alarms: (n) => `${number(n)} 条告警`,
    verdicts: (n) => `${number(n)} 个判定`,
  },
  chart: (vm) => `${vm} 的时间线`,
  cluster: (what, worst) => `${what}聚在一起，最严重的为${worst}。打开列表`,

  tooltip: {
    cpu: 'CPU',
    state: '状态',
    host: '主机',
    guest: '网络',
    noSample: '无采样',
    noData: '无数据',
    since: (duration) => `持续 ${duration}`,
    merged: (n, duration) => `${duration} 内有 ${number(n)} 个状态`,
    more: (n) => `还有 ${number(n)} 条`,
    by: (initiator) => `发起者 ${initiator}`,
    occurrences: (n) => `发生 ${number(n)} 次`,
    active: '未清除',
    stillRunning: '仍在进行',
    clickHint: '点击查看详情',
  },

  empty: {
    chooseVm: '请选择虚拟机',
    chooseVmHint: '本面板显示一台虚拟机的时间线。请在查询或仪表板变量中选择。',
    loading: '正在加载时间线…',
    queryFailed: '无法读取时间线',
    notOurs: '没有时间线能识别的数据',
    notOursHint:
      '可显示 Faultline 数据源（查询类型“timeline”）、Prometheus 的 libvirt_domain_* 序列，以及选项“映射”所指定的数据。',
    noData: '查询没有返回数据',
    nothing: (vm) => `此时间范围内没有 ${vm} 的数据`,
    lastSeen: (when) => `最后一次获知于 ${when}。`,
    neverSeen: 'Faultline 尚未获知此虚拟机。',
    goThere: '转到该时间',
  },

  problem(problem) {
    switch (problem.kind) {
      case 'foreign-frame':
        return `数据帧“${problem.frame}”（字段：${list(problem.fields)}）不属于时间线。`;
      case 'missing-frame':
        return `缺少数据帧“${problem.frame}”。`;
      case 'missing-field':
        return `数据帧“${problem.frame}”缺少字段“${problem.field}”。`;
      case 'bad-rows':
        return `数据帧“${problem.frame}”：已略去 ${number(problem.count)} 行没有时间或 ID 的数据。`;
      case 'several-vms':
        return `数据中有多台虚拟机：显示的是 ${problem.shown}，不是 ${list(problem.others)}。可按变量重复面板以逐台显示。`;
    }
  },

  inputProblem(problem) {
    const query = `查询 ${problem.query}`;
    switch (problem.kind) {
      case 'empty-query':
        return `${query} 没有返回数据。`;
      case 'no-time':
        return `${query} 没有时间字段，只有 ${list(problem.fields)}。`;
      case 'no-field':
        return `${query} 没有可作为${AS[problem.as]}显示的字段：现有 ${list(problem.fields)}。`;
      case 'no-such-field':
        return `${query} 没有字段“${problem.field}”，只有 ${list(problem.fields)}。`;
      case 'unused-row':
        return `选项“映射”将${problem.query ? `查询 ${problem.query} 的` : ''}${
          problem.field ? `字段“${problem.field}”` : '全部数据'
        }作为${AS[problem.as]}，但数据（查询 ${list(problem.queries)}）中没有。`;
      case 'no-vm':
        return `${query}：序列没有标明虚拟机的标签（uuid、domain）${
          problem.labels.length > 0 ? `，只有 ${list(problem.labels)}` : ''
        }，因此在有多台虚拟机时略去。`;
      case 'one-moment':
        return `${query} 是即时查询，只有一个时刻：请选择类型“Range”。`;
      case 'table-format':
        return `${query} 的格式为“Table”：请选择“Time series”。`;
      case 'unmapped':
        return `${query} 返回 ${list(problem.of)}，时间线无法归类：请在选项“映射”中说明。`;
      case 'no-vcpus':
        return `${query} 给出 CPU 秒数，但没有 vCPU 数（libvirt_domain_info_virtual_cpus）：以一个 vCPU 为 100 %。`;
      case 'ratio':
        return `${query}：CPU 值均不大于 1 且未设单位，按 0-100 % 读取。若为 0-1，请在选项“映射”中说明。`;
      case 'unknown-states':
        return `${query}：面板不认识状态 ${list(problem.words.map((word) => `“${word}”`))}：请在选项“映射”中说明如何绘制。`;
      case 'bad-rows':
        return `${query}：已略去 ${number(problem.count)} 行没有时间的数据。`;
    }
  },
  queryFailed: (query, message) => (query ? `查询 ${query} 失败：${message}` : message),
  showAs: (rows) => `将 ${rows.map(({ refId = '', as }) => `${refId} 显示为${AS[as]}`).join('、')}`,

  overview: {
    list: '虚拟机',
    summary: (all, abnormal, silent) =>
      [`${number(all)} 台虚拟机`, `${number(abnormal)} 台异常`, `${number(silent)} 台无数据`].join(' · '),
    order: '排序',
    worstFirst: '最严重者在前',
    byName: '按名称',
    noName: '（无名称）',
    openAlarms: (n, worst) => `${number(n)} 条告警未清除，最严重的为${worst}`,
    failedOperations: (n) => `${number(n)} 个操作失败`,
    back: '全部虚拟机',
  },

  mapping: {
    as: { cpu: 'CPU', state: '状态', operations: '操作', alarms: '告警', second: '其他序列' },
    none: 'Faultline 数据源的数据帧和 libvirt_domain_* 序列无需映射即可识别。',
    add: '映射查询或字段',
    remove: '删除此映射',
    query: '查询',
    anyQuery: '任意查询',
    field: '字段',
    anyField: '任意字段',
    shownAs: '显示为',
    unit: '单位',
    unitOfField: '按字段',
    percent: '百分比 (0-100)',
    ratio: '百分比 (0.0-1.0)',
    timeEnd: '结束',
    title: '标题',
    level: '级别',
    result: '结果',
    byItsName: '按名称',
    values: '值',
    value: '值',
    valueHint: '与数据一致',
    drawnAs: '绘制为',
    addValue: '添加值',
    removeValue: '删除此值',
  },

  drawer: {
    close: '关闭',
    back: '返回列表',
    loading: '正在查询详情…',
    failed: '无法读取详情',
    retry: '重试',
    noSource: '此面板的查询没有可以查询详情的数据源。',
    noRecord: (what, id) => `OMS 中没有 ID 为 ${id} 的${what}。`,
    operation: '操作',
    alarm: '告警',
    verdict: '判定',
    state: '状态',
    cause: '原因',
    duration: '时长',
    started: '开始',
    initiator: '发起者',
    vm: '虚拟机',
    host: '主机',
    source: '来源',
    id: 'ID',
    hops: '业务传递',
    noHops: '此操作没有记录消息。',
    log: '文本',
    copy: '复制',
    copied: '已复制',
    name: '名称',
    category: '类别',
    level: '级别',
    raised: '产生',
    changed: '变更',
    cleared: '清除',
    notCleared: '未清除',
    after: (duration) => `历时 ${duration}`,
    occurrences: '次数',
    moreDetails: '更多详情',
    fewerDetails: '收起详情',
    noDetails: '没有更多记录。',
    zoomHere: '缩放到此段',
    around: '此时前后',
    since: '自',
    until: '至',
    lastSeen: '最后获知',
    before: '之前',
    afterwards: '之后',
    together: '合计',
    noDataMeans: '这段时间没有此虚拟机的消息：是否运行不得而知。',
    judged: '判定时间',
    confidence: '置信度',
    recommended: '建议',
    taken: '已执行',
    handled: '处理',
    notified: '通知',
    silencedBy: '静默规则',
    inhibitedBy: '抑制来源',
    untilTime: (when) => `至 ${when}`,
    acknowledge: '确认',
    shelve: '搁置',
    unshelve: '取消搁置',
    shelveFor: '搁置时长',
    hours: (n) => (n < 48 ? `${n} 小时` : `${n / 24} 天`),
    note: '备注',
    mayNotAct: '确认和搁置需要角色为“operate”的令牌，此数据源没有。',
    notDone: '未能执行',
    headline: (when, initiator, request, result) => `${when} 用户 ${initiator} ${request}：${result}`,
  },

  table: {
    showTable: '以表格显示',
    showChart: '以图显示',
    columns: ['自', '至', '时长', '内容', '状态或结果', '对象', '说明', 'ID'],
    rows: (n) => `${number(n)} 行`,
    more: (n) => `显示更多（${number(n)}）`,
    cpu: ({ mean, low, high }) => `CPU 平均 ${mean.toFixed(1)} %，${low.toFixed(1)} 至 ${high.toFixed(1)} %`,
  },
  legend: '图例',
  show: (layer) => `显示：${layer}`,
  hide: (layer) => `隐藏：${layer}`,
  tone: (tone) => TONES[tone],
  options: {
    layers: '图层',
    look: '外观',
    data: '数据',
    cpu: { name: 'CPU', description: 'CPU 使用率折线，以及采样范围。' },
    others: { name: '其他序列', description: '其他任意序列，使用右侧坐标轴。' },
    alarms: { name: '告警', description: '按级别显示告警标签。' },
    operations: { name: '操作', description: '对虚拟机执行的操作标签。' },
    hostState: { name: '主机', description: '细条：逐周期显示主机状况。' },
    connectivity: { name: '网络', description: '细条：客户机内网络检查结果。' },
    verdicts: { name: '判定', description: '故障归属的判定。' },
    legend: { name: '图例', description: '颜色和形状的含义；高度 240 像素以上时显示。' },
    thresholds: {
      name: 'CPU 阈值',
      description: '绘制字段“cpu”的阈值；在标准选项或覆盖中设置。',
      choices: { off: '关', line: '线', area: '填充区域' },
    },
    mapping: { name: '映射', description: '任意数据源的查询和字段是什么：CPU、状态、操作、告警或其他序列。' },
  },
};
