/** One comparison: what the main shows, what the sub-meters show, and what is between them. */
import { EditOutlined, StopOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { useLoss, useLossPeriods, useLossTrees, watchKeys } from '@/api/watch'
import type { LossPeriod, LossReport, LossTree, LossUse } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { Facts, PageHead, Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { ToneTag } from '@/common/StateTag'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded, useErrorText } from '@/common/views'
import { formatKwh } from '@/domain/quantity'
import { dayRange, formatDay, lastDays } from '@/domain/time'
import { usePlace } from './LossesPage'
import { TreeDialog } from './TreeDialog'

function Acts({ tree }: { tree: LossTree }) {
  const { t } = useTranslation()
  const { message, modal } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const [editing, setEditing] = useState(false)
  const end = useMutation({
    mutationFn: () =>
      unwrap(client.POST('/api/v1/loss-trees/{id}/end', { params: { path: { id: tree.id }, header: csrf } })),
    onSuccess: () => {
      message.success(t('loss.ended'))
      void cache.invalidateQueries({ queryKey: watchKeys.trees })
      void navigate('/losses')
    },
    onError: (error) => message.error(errorText(error)),
  })
  const ask = (): void =>
    void modal.confirm({
      title: t('loss.endTitle', { name: tree.name }),
      content: t('loss.endText'),
      okText: t('loss.end'),
      cancelText: t('common.back'),
      okButtonProps: { danger: true },
      onOk: () => end.mutate(),
    })
  return (
    <>
      <RightButton right="import_site" icon={<EditOutlined />} onClick={() => setEditing(true)}>
        {t('loss.change')}
      </RightButton>
      <RightButton right="import_site" danger icon={<StopOutlined />} loading={end.isPending} onClick={ask}>
        {t('loss.end')}
      </RightButton>
      {editing && <TreeDialog tree={tree} onClose={() => setEditing(false)} />}
    </>
  )
}

function Uses({ title, rows }: { title: string; rows: LossUse[] }) {
  const { t } = useTranslation()
  const columns: ListColumn<LossUse>[] = [
    {
      key: 'meter',
      title: t('common.meter'),
      width: 200,
      card: 'title',
      render: (use) => (
        <Link to={`/meters/${use.id}`}>
          {use.room ?? ''} <span className="num">{use.code}</span>
        </Link>
      ),
    },
    {
      key: 'use',
      title: t('loss.use'),
      width: 130,
      align: 'right',
      sort: (a, b) => (a.use_wh ?? -1) - (b.use_wh ?? -1),
      render: (use) =>
        use.use_wh === null ? (
          <ToneTag tone="strange">{t(`loss.gap.${use.gap ?? 'no_reading'}`)}</ToneTag>
        ) : (
          <span className="num">{formatKwh(use.use_wh)}</span>
        ),
    },
  ]
  return (
    <Panel title={`${title} ${rows.length}`} flush>
      <ListTable
        name="loss-uses"
        columns={columns}
        rows={rows}
        rowKey={(use) => use.id}
        minWidth={330}
        empty={<EmptyView title={t('empty.list')} />}
      />
    </Panel>
  )
}

const percent = (perMille: number | null): string =>
  perMille === null ? '—' : `${(perMille / 10).toFixed(1)}%`

const isUnknown = (use: LossUse): boolean => use.use_wh === null

const namedAtMost = 5
/** Whose use is not known, and why. */
function Unknown({ uses }: { uses: LossUse[] }) {
  const { t } = useTranslation()
  const missing = uses.filter(isUnknown)
  const more = missing.length - namedAtMost
  return (
    <div data-testid="loss-unknown">
      {missing
        .slice(0, namedAtMost)
        .map((use) => `${use.code} ${t(`loss.gap.${use.gap ?? 'no_reading'}`)}`)
        .join(t('batch.reasonJoin'))}
      {more > 0 && ` ${t('loss.more', { count: more })}`}
    </div>
  )
}

function Report({ report }: { report: LossReport }) {
  const { t } = useTranslation()
  return (
    <div className="stack">
      <Facts
        big
        items={[
          {
            label: t('loss.main'),
            value:
              report.main_wh === null || report.main_meters.some(isUnknown)
                ? t('loss.unknown')
                : formatKwh(report.main_wh),
          },
          {
            label: t('loss.sub'),
            value: report.sub_meters.some(isUnknown)
              ? t('loss.atLeast', { energy: formatKwh(report.sub_wh) })
              : formatKwh(report.sub_wh),
          },
          {
            label: t('loss.loss'),
            value: report.loss_wh === null ? t('loss.unknown') : formatKwh(report.loss_wh),
            testId: 'loss-value',
          },
          { label: t('loss.share'), value: percent(report.loss_per_mille) },
        ]}
      />
      {report.loss_wh === null && (
        <Alert
          type="warning"
          showIcon
          title={t('loss.unknownText')}
          description={
            <>
              <Unknown uses={[...report.main_meters, ...report.sub_meters]} />
              {report.loss_wh_at_most !== null && (
                <div>{t('loss.atMost', { energy: formatKwh(report.loss_wh_at_most) })}</div>
              )}
            </>
          }
        />
      )}
      {report.loss_wh !== null && report.loss_wh < 0 && (
        <Alert type="warning" showIcon title={t('loss.negative')} />
      )}
    </div>
  )
}

function Periods({ treeId }: { treeId: number }) {
  const { t } = useTranslation()
  const { limit, offset, paging } = usePaging('', 20)
  const periods = useLossPeriods(treeId, { limit, offset })
  const kwh = (wh: number | null) => <span className="num">{formatKwh(wh)}</span>
  const columns: ListColumn<LossPeriod>[] = [
    { key: 'day', title: t('loss.day'), width: 120, card: 'title', render: (p) => <b className="num">{formatDay(p.from)}</b> },
    { key: 'main', title: t('loss.main'), width: 130, align: 'right', render: (p) => (p.main_wh === null || p.mains_missing > 0 ? t('loss.unknown') : kwh(p.main_wh)) },
    { key: 'sub', title: t('loss.sub'), width: 130, align: 'right', render: (p) => (p.subs_missing > 0 ? t('loss.atLeast', { energy: formatKwh(p.sub_wh) }) : kwh(p.sub_wh)) },
    {
      key: 'loss',
      title: t('loss.loss'),
      width: 130,
      align: 'right',
      render: (p) => (p.loss_wh === null ? t('loss.unknown') : kwh(p.loss_wh)),
    },
    {
      key: 'missing',
      title: t('loss.missing'),
      width: 200,
      render: (p) => {
        const count = p.mains_missing + p.subs_missing
        return count === 0 ? '—' : t('loss.missingCount', { mains: p.mains_missing, subs: p.subs_missing })
      },
    },
  ]
  return (
    <Panel title={t('loss.days')} flush>
      <Loaded query={periods} rows={3}>
        {(list) => (
          <ListTable
            name="loss-periods"
            columns={columns}
            rows={list.rows}
            rowKey={(p) => p.from}
            loading={periods.isPlaceholderData}
            paging={paging(list.total)}
            minWidth={720}
            empty={<EmptyView title={t('loss.notWeighed')} hint={t('loss.notWeighedHint')} />}
          />
        )}
      </Loaded>
    </Panel>
  )
}

const spans = [1, 7, 30] as const

function Body({ tree }: { tree: LossTree }) {
  const { t } = useTranslation()
  const place = usePlace()
  const [days, setDays] = useState<number>(1)
  const { first, last } = lastDays(days)
  const range = dayRange(first, last)
  // Today is not over: up to now.
  const [now] = useState(() => new Date().toISOString())
  const loss = useLoss(tree.id, { from: range.from, to: now < range.to ? now : range.to })
  const names: Record<number, string> = { 1: t('common.today'), 7: t('common.days7'), 30: t('common.days30') }
  return (
    <>
      <PageHead title={tree.name} sub={place(tree)} extra={<Acts tree={tree} />} />
      <div className="stack">
        <Panel
          title={t('loss.report')}
          extra={
            <Segmented
              value={days}
              onChange={setDays}
              aria-label={t('vend.range')}
              options={spans.map((value) => ({ value: value as number, label: names[value] }))}
            />
          }
        >
          <Loaded query={loss} rows={3}>
            {(report) => <Report report={report} />}
          </Loaded>
        </Panel>
        {loss.data && (
          <div className="columns even">
            <Uses title={t('loss.mains')} rows={loss.data.main_meters} />
            <Uses title={t('loss.subs')} rows={loss.data.sub_meters} />
          </div>
        )}
        <Periods treeId={tree.id} />
      </div>
    </>
  )
}

export function LossPage() {
  const { t } = useTranslation()
  const id = Number(useParams().id)
  const trees = useLossTrees()
  return (
    <Loaded query={trees}>
      {(list) => {
        const tree = list.rows.find((each) => each.id === id)
        return tree ? (
          <Body key={id} tree={tree} />
        ) : (
          <div className="panel">
            <EmptyView title={t('loss.gone')} hint={t('loss.goneHint')} />
          </div>
        )
      }}
    </Loaded>
  )
}
