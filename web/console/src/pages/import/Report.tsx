/** What a workbook would change, did change, or what is wrong with it. */
import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Alert, App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { downloadAnnotated } from '@/api/client'
import type { ImportIssue, ImportReport } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Facts } from '@/common/Page'
import { EmptyView, useErrorText } from '@/common/views'

function Issues({ issues }: { issues: readonly ImportIssue[] }) {
  const { t, i18n } = useTranslation()
  const numbered = issues.map((issue, index) => ({ ...issue, id: index }))
  const columns: ListColumn<(typeof numbered)[number]>[] = [
    {
      key: 'sheet',
      title: t('import.sheet'),
      width: 110,
      card: 'title',
      sort: (a, b) => a.sheet.localeCompare(b.sheet, 'zh-CN'),
      render: (issue) => <b>{issue.sheet || '—'}</b>,
    },
    {
      key: 'row',
      title: t('import.row'),
      width: 70,
      align: 'right',
      sort: (a, b) => a.row - b.row,
      render: (issue) => (issue.row === 0 ? t('import.wholeSheet') : issue.row),
    },
    {
      key: 'column',
      title: t('import.column'),
      width: 130,
      render: (issue) => issue.column || '—',
    },
    {
      key: 'value',
      title: t('import.value'),
      width: 140,
      ellipsis: true,
      render: (issue) => (issue.value ? <code>{issue.value}</code> : '—'),
    },
    {
      key: 'problem',
      title: t('import.problem'),
      width: 360,
      render: (issue) => (
        <span className="break">{i18n.language === 'en' ? issue.text_en : issue.text_zh}</span>
      ),
    },
  ]
  return (
    <ListTable
      name="issues"
      columns={columns}
      rows={numbered}
      rowKey={(issue) => issue.id}
      empty={<EmptyView title={t('empty.list')} />}
      virtualHeight={Math.min(420, 44 * numbered.length + 8)}
      minWidth={810}
      rowTestId="import-issue"
    />
  )
}

/** The same workbook, with what is wrong written beside it. */
function AnnotatedButton({ file }: { file: File }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const run = useMutation({
    mutationFn: () => downloadAnnotated(file),
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <Button
      size="small"
      icon={<DownloadOutlined />}
      loading={run.isPending}
      onClick={() => run.mutate()}
      data-testid="import-annotated"
    >
      {t('import.annotated')}
    </Button>
  )
}

interface VerdictProps {
  report: ImportReport
  nothing: boolean
  file: File
}
function Verdict({ report, nothing, file }: VerdictProps) {
  const { t } = useTranslation()
  if (report.issues.length > 0) {
    return (
      <Alert
        type="error"
        showIcon
        title={t('import.dirty', { count: report.issues.length })}
        description={`${t('import.dirtyHint')} ${t('import.issuesShown')}`}
        action={<AnnotatedButton file={file} />}
      />
    )
  }
  const title = nothing ? 'import.nothing' : report.committed ? 'import.done' : 'import.clean'
  return (
    <Alert
      type={nothing && !report.committed ? 'info' : 'success'}
      showIcon
      title={t(title)}
      description={report.committed ? t('import.doneHint') : t('import.cleanHint')}
    />
  )
}

export function Report({ report, file }: { report: ImportReport; file: File }) {
  const { t } = useTranslation()
  const dirty = report.issues.length > 0
  const nothing = !dirty && report.added === 0 && report.changed === 0
  const counts = (
    [
      ['buildings', report.buildings],
      ['rooms', report.rooms],
      ['gateways', report.gateways],
      ['buses', report.buses],
      ['tariffs', report.tariffs],
      ['meters', report.meters],
    ] as const
  ).map(([key, value]) => ({
    label: t(`import.${key}`),
    value: <span className="num">{value}</span>,
  }))
  const changes = [
    {
      label: t('import.added'),
      value: (
        <span className="num" data-testid="import-added">
          {report.added}
        </span>
      ),
    },
    { label: t('import.changed'), value: <span className="num">{report.changed}</span> },
    { label: t('import.unchanged'), value: <span className="num">{report.unchanged}</span> },
  ]
  return (
    <div
      className="stack"
      data-testid="import-report"
      data-issues={report.issues.length}
      data-committed={report.committed}
    >
      <Verdict report={report} nothing={nothing} file={file} />
      <Facts
        big
        items={[
          {
            label: t('import.file'),
            value: <span style={{ fontSize: 14, fontWeight: 400 }}>{file.name}</span>,
          },
          ...counts,
        ]}
      />
      {dirty ? <Issues issues={report.issues} /> : <Facts big items={changes} />}
    </div>
  )
}
