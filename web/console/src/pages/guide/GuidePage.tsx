/** 试用指南: what to try, in order. */
import { ArrowRightOutlined, CheckCircleFilled } from '@ant-design/icons'
import { Alert, Button, Progress } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useMeters, useSite } from '@/api/queries'
import type { Tile } from '@/api/types'
import { PageHead } from '@/common/Page'
import { readText, writeChoice } from '@/common/remembered'
import './guide.css'

const steps = [
  'matrix',
  'open',
  'sell',
  'watch',
  'slip',
  'trip',
  'relay',
  'release',
  'alarms',
  'export',
  'import',
] as const
type Step = (typeof steps)[number]

/** Where a step is tried: on a meter that suits it, when there is one. */
function pathOf(step: Step, tiles: readonly Tile[]): string {
  const fresh = tiles.find((tile) => tile.state === 'not_opened')
  const opened = tiles.filter((tile) => tile.account_id !== null && tile.state !== 'lost')
  const latest = opened.at(-1)
  switch (step) {
    case 'matrix':
    case 'export':
      return '/'
    case 'open':
      return fresh ? `/accounts/new?meter=${fresh.id}` : '/accounts/new'
    case 'sell':
    case 'watch':
      return '/sell'
    case 'slip':
      return '/vends'
    case 'trip':
    case 'relay':
    case 'release':
      return latest ? `/meters/${latest.id}` : '/'
    case 'alarms':
      return '/alarms'
    case 'import':
      return '/import'
  }
}

function useDone() {
  const [done, setDone] = useState<ReadonlySet<string>>(
    () => new Set((readText('guide') ?? '').split(',').filter(Boolean)),
  )
  const toggle = (step: Step): void => {
    const next = new Set(done)
    if (!next.delete(step)) next.add(step)
    writeChoice('guide', [...next].join(','))
    setDone(next)
  }
  return { done, toggle }
}

interface StepCardProps {
  step: Step
  number: number
  isDone: boolean
  path: string
  onToggle: () => void
}
function StepCard({ step, number, isDone, path, onToggle }: StepCardProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <li className={isDone ? 'guide-step done' : 'guide-step'}>
      <button
        type="button"
        className="mark"
        aria-pressed={isDone}
        aria-label={`${number} · ${isDone ? t('guide.unmark') : t('guide.mark')}`}
        title={isDone ? t('guide.unmark') : t('guide.mark')}
        onClick={onToggle}
      >
        {isDone ? <CheckCircleFilled /> : number}
      </button>
      <div className="grow">
        <h2>{t(`guide.steps.${step}.title`)}</h2>
        <p>{t(`guide.steps.${step}.text`)}</p>
      </div>
      <Button onClick={() => void navigate(path)} icon={<ArrowRightOutlined />} iconPlacement="end">
        {t('guide.go')}
      </Button>
    </li>
  )
}

export function GuidePage() {
  const { t } = useTranslation()
  const { done, toggle } = useDone()
  const site = useSite()
  const meters = useMeters()
  const tiles = meters.data?.rows ?? []
  return (
    <>
      <PageHead title={t('guide.heading')} sub={t('guide.intro')} />
      <div className="stack" style={{ maxWidth: 900 }}>
        {site.data && (
          <Alert
            type={site.data.simulated ? 'info' : 'warning'}
            showIcon
            title={t(site.data.simulated ? 'guide.simulated' : 'guide.real')}
          />
        )}
        <div className="row">
          <Progress
            percent={Math.round((done.size / steps.length) * 100)}
            showInfo={false}
            style={{ flex: 1 }}
            aria-label={t('guide.heading')}
          />
          <span className="small muted num">
            {t('guide.progress', { done: done.size, total: steps.length })}
          </span>
        </div>
        <ol className="guide">
          {steps.map((step, index) => (
            <StepCard
              key={step}
              step={step}
              number={index + 1}
              isDone={done.has(step)}
              path={pathOf(step, tiles)}
              onToggle={() => toggle(step)}
            />
          ))}
        </ol>
      </div>
    </>
  )
}
