/** One pulse test, step by step: what to switch next, what the meters showed, whose room it is. */
import { BulbFilled, BulbOutlined, CheckCircleOutlined, LoadingOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Steps } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { commissioningKeys, usePulseTest } from '@/api/commissioning'
import type { PulseTest } from '@/api/types'
import { Facts, PageHead, Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { Loaded, useErrorText } from '@/common/views'
import { PulseTag } from './CommissioningPage'

const promptIcon = {
  wait: <LoadingOutlined />,
  switch_on: <BulbFilled />,
  switch_off: <BulbOutlined />,
  begin_again: <LoadingOutlined />,
  nothing: <CheckCircleOutlined />,
} as const

function useAct(id: number) {
  const { message } = App.useApp()
  const errorText = useErrorText()
  const cache = useQueryClient()
  const request = { params: { path: { id }, header: csrf } }
  return useMutation({
    mutationFn: (act: 'switched' | 'cancel') =>
      unwrap(
        act === 'switched'
          ? client.POST('/api/v1/pulse-tests/{id}/switched', request)
          : client.POST('/api/v1/pulse-tests/{id}/cancel', request),
      ),
    onSuccess: (test) => {
      cache.setQueryData(commissioningKeys.pulse(id), test)
      void cache.invalidateQueries({ queryKey: commissioningKeys.pulses })
    },
    onError: (error) => message.error(errorText(error)),
  })
}

function Prompt({ test }: { test: PulseTest }) {
  const { t } = useTranslation()
  const run = useAct(test.id)
  const asks = test.prompt === 'switch_on' || test.prompt === 'switch_off' || test.prompt === 'begin_again'
  return (
    <Panel testId="pulse-prompt">
      <div className="pulse-prompt" data-prompt={test.prompt} aria-live="assertive">
        <span className="lamp" aria-hidden>
          {promptIcon[test.prompt]}
        </span>
        <div>
          <b>{t(`state.pulsePrompt.${test.prompt}`)}</b>
          {asks && <p className="muted">{t(`pulse.hint.${test.prompt}`)}</p>}
        </div>
      </div>
      <div className="row">
        <RightButton
          right="import_site"
          type="primary"
          size="large"
          blocked={asks ? '' : t('pulse.notNow')}
          loading={run.isPending && run.variables === 'switched'}
          onClick={() => run.mutate('switched')}
          data-testid="pulse-switched"
        >
          {t(test.prompt === 'begin_again' ? 'pulse.again' : 'pulse.switched')}
        </RightButton>
        <RightButton
          right="import_site"
          size="large"
          loading={run.isPending && run.variables === 'cancel'}
          onClick={() => run.mutate('cancel')}
          data-testid="pulse-cancel"
        >
          {t('pulse.cancel')}
        </RightButton>
      </div>
    </Panel>
  )
}

/** `rounds` switchings in turn, on first; `rounds_done` of them are behind us. */
function Way({ test }: { test: PulseTest }) {
  const { t } = useTranslation()
  const items = Array.from({ length: test.rounds }, (_, index) => ({
    title: t(index % 2 === 0 ? 'pulse.stepOn' : 'pulse.stepOff', { number: index + 1 }),
  }))
  return (
    <Steps
      size="small"
      responsive
      current={test.state === 'done' ? items.length : test.rounds_done}
      status={test.state === 'cancelled' ? 'error' : 'process'}
      items={items}
    />
  )
}

const good = new Set(['matches'])
function Result({ result }: { result: NonNullable<PulseTest['result']> }) {
  const { t } = useTranslation()
  const name = (meter: { room: string | null; code: string }) => `${meter.room ?? ''} ${meter.code}`.trim()
  const type = good.has(result.verdict)
    ? 'success'
    : result.verdict === 'unclear' || result.verdict === 'not_seen' || result.verdict === 'no_answer'
      ? 'warning'
      : 'error'
  return (
    <div className="stack" data-testid="pulse-result" data-verdict={result.verdict}>
      <Alert
        type={type}
        showIcon
        title={t(`state.pulseVerdict.${result.verdict}`)}
        description={t(`pulse.meaning.${result.verdict}`)}
      />
      <Facts
        items={[
          { label: t('pulse.seenBy'), value: result.seen ? <Link to={`/meters/${result.seen.id}`}>{name(result.seen)}</Link> : '—' },
          { label: t('pulse.step'), value: <span className="num">{result.step_w} W</span> },
          ...(result.factor_e3 > 0
            ? [{ label: t('pulse.factor'), value: <span className="num">{(result.factor_e3 / 1000).toFixed(2)}</span> }]
            : []),
          ...(result.candidates.length > 0
            ? [{ label: t('pulse.candidates'), value: result.candidates.map(name).join(' / ') }]
            : []),
        ]}
      />
    </div>
  )
}

function Traces({ test }: { test: PulseTest }) {
  const { t } = useTranslation()
  const columns = Math.max(1, ...test.traces.map((trace) => trace.power_w.length))
  const swing = (powers: (number | null)[]): number => {
    const known = powers.filter((power) => power !== null)
    return known.length === 0 ? -1 : Math.max(...known) - Math.min(...known)
  }
  const rows = [...test.traces].sort(
    (a, b) =>
      Number(b.id === test.meter.id) - Number(a.id === test.meter.id) ||
      swing(b.power_w) - swing(a.power_w),
  )
  return (
    <Panel title={t('pulse.traces')}>
      <p className="small muted" style={{ marginTop: 0 }}>
        {t('pulse.tracesHint')}
      </p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t('pulse.traces')}>
        <table className="bill pulse-traces" data-testid="pulse-traces">
          <thead>
            <tr>
              <th>{t('common.meter')}</th>
              {Array.from({ length: columns }, (_, index) => (
                <th key={index} className="right">
                  {index === 0 ? t('pulse.before') : t(index % 2 === 1 ? 'pulse.afterOn' : 'pulse.afterOff', { number: index })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((trace) => (
              <tr key={trace.id}>
                <td>
                  {trace.id === test.meter.id ? <b>{trace.room ?? trace.code}</b> : (trace.room ?? trace.code)}{' '}
                  <span className="muted num">{trace.code}</span>
                  {trace.is_main && <span className="small muted"> · {t('pulse.main')}</span>}
                </td>
                {Array.from({ length: columns }, (_, index) => (
                  <td key={index} className="right num">
                    {trace.power_w[index] ?? (index < trace.power_w.length ? t('pulse.silent') : '')}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function Body({ test }: { test: PulseTest }) {
  const { t } = useTranslation()
  const isOver = test.state === 'done' || test.state === 'cancelled'
  return (
    <>
      <PageHead
        title={`${t('pulse.one')} ${test.meter.room ?? test.meter.code}`}
        sub={<PulseTag test={test} />}
        extra={
          <Link to="/commissioning">
            <Button>{t('pulse.toList')}</Button>
          </Link>
        }
      />
      <div className="stack">
        {!isOver && <Prompt test={test} />}
        <Panel>
          <Way test={test} />
        </Panel>
        {test.state === 'done' && test.result && (
          <Panel title={t('pulse.result')}>
            <Result result={test.result} />
          </Panel>
        )}
        {test.traces.length > 0 && <Traces test={test} />}
      </div>
    </>
  )
}

export function PulsePage() {
  const id = Number(useParams().id)
  const test = usePulseTest(id)
  return <Loaded query={test}>{(found) => <Body key={id} test={found} />}</Loaded>
}
