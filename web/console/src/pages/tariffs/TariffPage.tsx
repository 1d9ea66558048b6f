/** One tariff: its versions, the content of one, and what may be done with it. */
import { Alert, Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useTariffs, useTariffVersion, useTariffVersions } from '@/api/money'
import type { TariffStanding, TariffVersion, TariffVersionDetail } from '@/api/types'
import { Facts, PageHead, Panel } from '@/common/Page'
import { ToneTag } from '@/common/StateTag'
import { EmptyView, Loaded } from '@/common/views'
import type { Tone } from '@/domain/states'
import { formatDay, formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'
import { complete, type Product } from '@/domain/product'
import { ProductForm } from './editor/ProductForm'
import { VersionActs } from './VersionActs'

export const standingTone: Record<TariffStanding, Tone> = {
  draft: 'neutral',
  submitted: 'warning',
  rejected: 'danger',
  withdrawn: 'neutral',
  approved: 'info',
  in_use: 'success',
  superseded: 'neutral',
}

function History({ version }: { version: TariffVersionDetail }) {
  const { t } = useTranslation()
  return (
    <div className="stack" style={{ gap: 4 }}>
      {version.history.map((act) => (
        <div key={act.act + act.at} className="small">
          <b>{t(`tariff.act.${act.act}`, { defaultValue: act.act })}</b> {act.user ?? '—'}{' '}
          <span className="num muted">{formatTime(act.at)}</span> {act.note}
        </div>
      ))}
    </div>
  )
}

function Content({ version }: { version: TariffVersionDetail }) {
  const { t } = useTranslation()
  const [view, setView] = useState<'form' | 'json'>('form')
  return (
    <>
      <div>
        <Segmented
          value={view}
          onChange={setView}
          aria-label={t('product.view')}
          options={[
            { value: 'form' as const, label: t('product.form') },
            { value: 'json' as const, label: t('product.json') },
          ]}
        />
      </div>
      {view === 'form' ? (
        <ProductForm product={complete(version.content as Partial<Product>)} />
      ) : (
        <pre className="code-view" data-testid="tariff-content" tabIndex={0}>
          {JSON.stringify(version.content, null, 2)}
        </pre>
      )}
    </>
  )
}

function Version({ version }: { version: TariffVersionDetail }) {
  const { t } = useTranslation()
  return (
    <div className="stack">
      <Facts
        items={[
          {
            label: t('common.state'),
            value: (
              <ToneTag tone={standingTone[version.standing]}>
                {t(`tariff.standing.${version.standing}`)}
              </ToneTag>
            ),
          },
          { label: t('tariff.validFrom'), value: formatDay(version.valid_from) },
          { label: t('tariff.writtenBy'), value: version.written_by ?? '—' },
          { label: t('tariff.decidedBy'), value: version.decided_by ?? '—' },
          { label: t('tariff.digest'), value: <code className="break small">{version.digest}</code> },
          { label: t('common.note'), value: version.note || t('common.noNote') },
        ]}
      />
      <VersionActs version={version} />
      <History version={version} />
      <Content version={version} />
    </div>
  )
}

function Versions({ id, versions }: { id: number; versions: TariffVersion[] }) {
  const { t } = useTranslation()
  const inUse = versions.find((v) => v.standing === 'in_use')
  const [params, setParams] = useSearchParams()
  const chosen = Number(params.get('version')) || null
  const number = chosen ?? inUse?.number ?? versions.at(-1)?.number ?? null
  const version = useTariffVersion(id, number)
  if (versions.length === 0)
    return <EmptyView title={t('tariff.noVersions')} hint={t('tariff.noVersionsHint')} />
  return (
    <>
      <div className="scroll-x">
      <Segmented
        value={number ?? undefined}
        onChange={(next) => setParams({ version: String(next) })}
        aria-label={t('tariff.versions')}
        options={versions.map((v) => ({
          value: v.number,
          label: `${t('tariff.version', { number: v.number })} · ${formatDay(v.valid_from)} · ${t(`tariff.standing.${v.standing}`)}`,
        }))}
      />
      </div>
      <div style={{ height: 16 }} />
      <Loaded query={version}>{(found) => <Version key={found.number} version={found} />}</Loaded>
    </>
  )
}

export function TariffPage() {
  const { t } = useTranslation()
  const { can } = useSession()
  const id = Number(useParams().id)
  const tariffs = useTariffs()
  const versions = useTariffVersions(id)
  const navigate = useNavigate()
  const newest = versions.data?.rows.at(-1)?.number
  const name = tariffs.data?.rows.find((tariff) => tariff.id === id)?.name ?? ''
  return (
    <>
      <PageHead
        title={name || t('tariff.heading')}
        sub={t('tariff.versionsIntro')}
        extra={
          can('manage_tariffs') && (
            <Button type="primary" onClick={() => void navigate(newest ? `/tariffs/${id}/edit?from=${newest}` : `/tariffs/${id}/edit`)} data-testid="tariff-draft">
              {t('tariff.newVersion')}
            </Button>
          )
        }
      />
      <div className="stack">
        <Alert type="info" showIcon title={t('tariff.rule')} />
        <Panel title={t('tariff.versions')}>
          <Loaded query={versions}>{(list) => <Versions id={id} versions={list.rows} />}</Loaded>
        </Panel>
      </div>
    </>
  )
}
