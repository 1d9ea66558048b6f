/** 报警规则: at which level each kind is raised, when it ends, and how long it must last. */
import { EditOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Form, InputNumber, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { useAlarmRules, watchKeys } from '@/api/watch'
import type { AlarmKind, AlarmRule, AlarmRuleRequest } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { SeverityTag, ToneTag } from '@/common/StateTag'
import { EmptyView, Loaded } from '@/common/views'
import { levelsOf, shownLevel, storedLevel } from '@/domain/alarmRule'
import { formatSpan } from '@/domain/time'

interface Values {
  on: boolean
  raise_at?: number
  clear_at?: number
  floor?: number
  raise_after_s: number
  clear_after_s: number
}

function NumberItem({ name, label, unit }: { name: keyof Values; label: string; unit: string }) {
  const { t } = useTranslation()
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, message: t('password.needed') }]}>
      <InputNumber min={0} suffix={unit} style={{ width: 200 }} data-testid={`rule-${name}`} />
    </Form.Item>
  )
}

function valuesOf(rule: AlarmRule): Values {
  const levels = levelsOf(rule.kind)
  return {
    on: rule.on,
    raise_after_s: rule.raise_after_s,
    clear_after_s: rule.clear_after_s,
    ...(levels && {
      raise_at: shownLevel(rule.raise_at, levels.level),
      clear_at: shownLevel(rule.clear_at, levels.level),
    }),
    ...(levels?.floor && { floor: shownLevel(rule.floor, levels.floor) }),
  }
}

function requestOf(kind: AlarmKind, values: Values): AlarmRuleRequest {
  const levels = levelsOf(kind)
  const { on, raise_at, clear_at, floor, raise_after_s, clear_after_s } = values
  return {
    kind,
    on: on ? 1 : 0,
    raise_after_s,
    clear_after_s,
    ...(levels &&
      raise_at !== undefined &&
      clear_at !== undefined && {
        raise_at: storedLevel(raise_at, levels.level),
        clear_at: storedLevel(clear_at, levels.level),
      }),
    ...(levels?.floor && floor !== undefined && { floor: storedLevel(floor, levels.floor) }),
  }
}

function RuleDialog({ rule, onClose }: { rule: AlarmRule; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const levels = levelsOf(rule.kind)
  return (
    <ActDialog<Values, AlarmRule>
      title={t('rule.title', { kind: t(`state.alarm.${rule.kind}`) })}
      text={levels ? t(`rule.about.${rule.kind}`) : t('rule.aboutHold')}
      okText={t('common.save')}
      onClose={onClose}
      initial={valuesOf(rule)}
      send={(values) =>
        unwrap(
          client.POST('/api/v1/alarm-rules', {
            params: { header: csrf },
            body: requestOf(rule.kind, values),
          }),
        )
      }
      onDone={() => {
        message.success(t('rule.saved'))
        void cache.invalidateQueries({ queryKey: watchKeys.rules })
        onClose()
      }}
    >
      <Form.Item name="on" label={t('rule.on')} valuePropName="checked" extra={t('rule.onHint')}>
        <Switch aria-label={t('rule.on')} />
      </Form.Item>
      {levels && (
        <>
          <NumberItem name="raise_at" label={t('rule.raiseAt')} unit={levels.level.unit} />
          <NumberItem name="clear_at" label={t('rule.clearAt')} unit={levels.level.unit} />
        </>
      )}
      {levels?.floor && (
        <NumberItem
          name="floor"
          label={t(`rule.floor.${levels.floor.unit}`)}
          unit={levels.floor.unit}
        />
      )}
      <NumberItem name="raise_after_s" label={t('rule.raiseAfter')} unit="s" />
      <NumberItem name="clear_after_s" label={t('rule.clearAfter')} unit="s" />
    </ActDialog>
  )
}

function useColumns(onEdit: (rule: AlarmRule) => void): ListColumn<AlarmRule>[] {
  const { t } = useTranslation()
  const level = (rule: AlarmRule, value: number) => {
    const levels = levelsOf(rule.kind)
    return <span className="num">{levels ? `${shownLevel(value, levels.level)} ${levels.level.unit}` : '—'}</span>
  }
  const hold = (seconds: number) => (
    <span className="num">{seconds === 0 ? t('rule.atOnce') : formatSpan(seconds * 1000)}</span>
  )
  return [
    { key: 'kind', title: t('alarm.kind'), width: 140, card: 'title', render: (r) => <b>{t(`state.alarm.${r.kind}`)}</b> },
    { key: 'severity', title: t('alarm.severity'), width: 90, render: (r) => <SeverityTag severity={r.severity} /> },
    {
      key: 'on',
      title: t('common.state'),
      width: 90,
      card: 'tag',
      render: (r) => <ToneTag tone={r.on ? 'success' : 'neutral'}>{t(r.on ? 'rule.isOn' : 'rule.isOff')}</ToneTag>,
    },
    { key: 'raise', title: t('rule.raiseAt'), width: 95, align: 'right', render: (r) => level(r, r.raise_at) },
    { key: 'clear', title: t('rule.clearAt'), width: 95, align: 'right', render: (r) => level(r, r.clear_at) },
    {
      key: 'floor',
      title: t('rule.ignored'),
      width: 90,
      align: 'right',
      render: (r) => {
        const floor = levelsOf(r.kind)?.floor
        return <span className="num">{floor ? `${shownLevel(r.floor, floor)} ${floor.unit}` : '—'}</span>
      },
    },
    { key: 'raiseAfter', title: t('rule.raiseAfter'), width: 100, align: 'right', render: (r) => hold(r.raise_after_s) },
    { key: 'clearAfter', title: t('rule.clearAfter'), width: 100, align: 'right', render: (r) => hold(r.clear_after_s) },
    { key: 'own', title: t('rule.source'), width: 90, render: (r) => t(r.is_default ? 'rule.default' : 'rule.own') },
    {
      key: 'edit',
      title: t('common.actions'),
      width: 100,
      card: 'foot',
      render: (r) => (
        <RightButton right="import_site" size="small" icon={<EditOutlined />} onClick={() => onEdit(r)} data-testid="rule-edit">
          {t('rule.edit')}
        </RightButton>
      ),
    },
  ]
}

export function RulesPage() {
  const { t } = useTranslation()
  const [editing, setEditing] = useState<AlarmRule | null>(null)
  const rules = useAlarmRules()
  const columns = useColumns(setEditing)
  return (
    <>
      <PageHead title={t('rule.heading')} sub={t('rule.intro')} />
      <div className="panel">
        <Loaded query={rules}>
          {(list) => (
            <ListTable
              name="alarm-rules"
              columns={columns}
              rows={list.rows}
              rowKey={(rule) => rule.kind}
              minWidth={960}
              rowTestId="rule-row"
              empty={<EmptyView title={t('empty.list')} />}
            />
          )}
        </Loaded>
      </div>
      {editing && <RuleDialog rule={editing} onClose={() => setEditing(null)} />}
    </>
  )
}
