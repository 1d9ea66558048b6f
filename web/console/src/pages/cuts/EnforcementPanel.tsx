/** Is anybody cut automatically, for whom, since when and why; and the breaker. */
import { EditOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Form, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { cutKeys } from '@/api/cuts'
import { useSite } from '@/api/queries'
import type { CutBreaker, EnforcementMode, EnforcementSetting, EnforcementState } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { MeterField } from '@/common/MeterField'
import { Panel } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { EmptyView } from '@/common/views'
import { enforcementModes, releaseWords } from '@/domain/cut'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'
import { ModeTag } from './CutTags'

interface Values {
  scope: 'property' | 'building' | 'meter'
  building_id?: number
  meter_id?: number
  mode: EnforcementMode
  reason: string
}

function WhomItems() {
  const { t } = useTranslation()
  const site = useSite()
  const scope = Form.useWatch<Values['scope'] | undefined>('scope')
  return (
    <>
      <Form.Item name="scope" label={t('cut.scope')}>
        <Radio.Group
          options={(['property', 'building', 'meter'] as const).map((value) => ({
            value,
            label: t(`cut.scopes.${value}`),
          }))}
        />
      </Form.Item>
      {scope === 'building' && (
        <Form.Item name="building_id" label={t('common.building')} rules={[{ required: true, message: t('loss.buildingNeeded') }]}>
          <Select options={(site.data?.buildings ?? []).map((b) => ({ value: b.id, label: b.name }))} />
        </Form.Item>
      )}
      {scope === 'meter' && (
        <Form.Item name="meter_id" label={t('common.meter')} rules={[{ required: true, message: t('cut.meterNeeded') }]}>
          <MeterField testId="enforce-meter" />
        </Form.Item>
      )}
    </>
  )
}

function SettingDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  return (
    <ActDialog<Values, EnforcementSetting>
      title={t('cut.setTitle')}
      text={t('cut.setText')}
      okText={t('common.save')}
      initial={{ scope: 'property', mode: 'off' }}
      onClose={onClose}
      send={({ scope, building_id, meter_id, mode, reason }) =>
        unwrap(
          client.POST('/api/v1/enforcement', {
            params: { header: csrf },
            body: {
              mode,
              reason: reason.trim(),
              ...(scope === 'building' && building_id !== undefined ? { building_id } : {}),
              ...(scope === 'meter' && meter_id !== undefined ? { meter_id } : {}),
            },
          }),
        )
      }
      onDone={() => {
        message.success(t('cut.set'))
        void cache.invalidateQueries({ queryKey: cutKeys.all })
        onClose()
      }}
    >
      <WhomItems />
      <Form.Item name="mode" label={t('cut.mode')}>
        <Radio.Group className="choice-lines">
          {enforcementModes.map((mode) => (
            <Radio key={mode} value={mode} data-testid={`enforce-${mode}`}>
              <b>{t(`state.enforcement.${mode}`)}</b>
              <div className="small muted">{t(`cut.modeHint.${mode}`)}</div>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <ReasonItem label={t('common.reason')} />
    </ActDialog>
  )
}

export function useWhom(): (setting: EnforcementSetting) => string {
  const { t } = useTranslation()
  return (setting) =>
    setting.meter_id !== null
      ? [setting.room, setting.meter_code].filter(Boolean).join(' · ')
      : (setting.building ?? t('cut.scopes.property'))
}

export function useSettingColumns(): ListColumn<EnforcementSetting>[] {
  const { t } = useTranslation()
  const whom = useWhom()
  return [
    { key: 'whom', title: t('cut.scope'), width: 200, card: 'title', render: (s) => <b>{whom(s)}</b> },
    { key: 'mode', title: t('cut.mode'), width: 150, card: 'tag', render: (s) => <ModeTag mode={s.mode} /> },
    { key: 'reason', title: t('common.reason'), width: 260, render: (s) => <span className="break">{s.reason}</span> },
    { key: 'by', title: t('common.operator'), width: 100, render: (s) => s.changed_by ?? '—' },
    { key: 'at', title: t('cut.since'), width: 170, render: (s) => <span className="num">{formatTime(s.changed_at)}</span> },
  ]
}

export function Settings({ state }: { state: EnforcementState }) {
  const { t } = useTranslation()
  const [setting, setSetting] = useState(false)
  const columns = useSettingColumns()
  return (
    <Panel
      title={
        <span className="row">
          {t('cut.settings')} <ModeTag mode={state.mode} />
        </span>
      }
      extra={
        <RightButton right="decide" icon={<EditOutlined />} onClick={() => setSetting(true)} data-testid="enforce-set">
          {t('cut.setTitle')}
        </RightButton>
      }
      flush
      testId="enforcement"
    >
      <p className="muted" style={{ margin: '0 16px 8px' }}>
        {t(`cut.modeHint.${state.mode}`)}
      </p>
      <ListTable
        name="enforcement"
        columns={columns}
        rows={state.settings}
        rowKey={(s) => s.id}
        minWidth={880}
        rowTestId="enforcement-row"
        empty={<EmptyView title={t('cut.noSettings')} hint={t('cut.noSettingsHint')} />}
      />
      {setting && <SettingDialog onClose={() => setSetting(false)} />}
    </Panel>
  )
}

function AskDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  return (
    <ActDialog<{ reason: string }, CutBreaker>
      title={t('cut.askRelease')}
      text={t('cut.askReleaseText')}
      okText={t('cut.askRelease')}
      onClose={onClose}
      send={({ reason }) =>
        unwrap(client.POST('/api/v1/cut-breaker/ask', { params: { header: csrf }, body: { reason: reason.trim() } }))
      }
      onDone={() => {
        void cache.invalidateQueries({ queryKey: cutKeys.all })
        onClose()
      }}
    >
      <ReasonItem label={t('cut.releaseReason')} />
    </ActDialog>
  )
}

function ReleaseDialog({ breaker, onClose }: { breaker: CutBreaker; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const { session } = useSession()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const isOwn = breaker.asked_by === session.user.name
  const words = releaseWords(breaker, i18n.language)
  return (
    <ActDialog<{ typed?: string }, CutBreaker>
      title={t('cut.release')}
      text={t('cut.releaseText', { count: breaker.cuts })}
      okText={t('cut.release')}
      danger
      onClose={onClose}
      send={({ typed }) =>
        unwrap(
          client.POST('/api/v1/cut-breaker/release', {
            params: { header: csrf },
            body: typed?.trim() ? { typed: typed.trim() } : {},
          }),
        )
      }
      onDone={() => {
        message.success(t('cut.released'))
        void cache.invalidateQueries({ queryKey: cutKeys.all })
        onClose()
      }}
    >
      {isOwn && (
        <Form.Item name="typed" label={t('cut.aloneLabel')} extra={t('cut.aloneHint', { words })}>
          <Input autoComplete="off" placeholder={words} data-testid="breaker-typed" />
        </Form.Item>
      )}
    </ActDialog>
  )
}

export function Breaker({ breaker }: { breaker: CutBreaker }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<'ask' | 'release' | null>(null)
  if (!breaker.is_open) return null
  const isAsked = breaker.asked_at !== null
  return (
    <>
      <Alert
        type="error"
        showIcon
        data-testid="breaker"
        title={t('cut.breakerOpen', { count: breaker.cuts, time: formatTime(breaker.opened_at) })}
        description={
          <div className="stack" style={{ gap: 8 }}>
            <span>{t('cut.breakerText')}</span>
            {isAsked && (
              <span>
                {t('cut.askedBy', { name: breaker.asked_by ?? '—', time: formatTime(breaker.asked_at) })}
                {breaker.reason && `：${breaker.reason}`}
              </span>
            )}
            <span className="row">
              <RightButton right="switch_supply" size="small" onClick={() => setDialog('ask')} data-testid="breaker-ask">
                {t('cut.askRelease')}
              </RightButton>
              <RightButton
                right="decide"
                size="small"
                type="primary"
                blocked={isAsked ? '' : t('cut.askFirst')}
                onClick={() => setDialog('release')}
                data-testid="breaker-release"
              >
                {t('cut.release')}
              </RightButton>
            </span>
          </div>
        }
      />
      {dialog === 'ask' && <AskDialog onClose={() => setDialog(null)} />}
      {dialog === 'release' && <ReleaseDialog breaker={breaker} onClose={() => setDialog(null)} />}
    </>
  )
}
