/** A new plan: to a target power or by turns, its groups in the order in which they are shed. */
import { ArrowDownOutlined, ArrowUpOutlined, SaveOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { limitingKeys } from '@/api/limiting'
import type { LimitingPlanRequest } from '@/api/types'
import { PageHead, Panel } from '@/common/Page'
import { useMeterOptions } from '@/common/useMeterOptions'
import { FormError, Guard } from '@/common/views'
import { limitingModes, newPlan, planOf, type DraftGroup, type PlanDraft, type PlanRequest } from '@/domain/limiting'
import { AddButton, changed, DecimalInput, Field, RemoveButton, WholeInput } from '../tariffs/editor/fields'

interface PartProps {
  draft: PlanDraft
  onChange: (draft: PlanDraft) => void
}

function Goal({ draft, onChange }: PartProps) {
  const { t } = useTranslation()
  const options = useMeterOptions()
  return (
    <Panel title={t('limiting.mode')}>
      <Radio.Group
        className="choice-lines"
        value={draft.mode}
        onChange={(event) => onChange({ ...draft, mode: event.target.value as PlanDraft['mode'] })}
      >
        {limitingModes.map((mode) => (
          <Radio key={mode} value={mode} data-testid={`plan-${mode}`}>
            <b>{t(`limiting.modes.${mode}`)}</b>
            <div className="small muted">{t(`limiting.modeHint.${mode}`)}</div>
          </Radio>
        ))}
      </Radio.Group>
      <div className="row" style={{ gap: 16, alignItems: 'flex-start', marginTop: 12 }}>
        {draft.mode === 'target' ? (
          <>
            <Field label={t('limiting.target')}>
              <DecimalInput label={t('limiting.target')} value={draft.targetKw} places={3} suffix="kW" width={150} onChange={(targetKw) => onChange({ ...draft, targetKw })} testId="plan-target" />
            </Field>
            <Field label={t('limiting.mainMeter')} hint={t('limiting.mainHint')} width={320}>
              <Select
                allowClear
                showSearch={{ optionFilterProp: 'label' }}
                aria-label={t('limiting.mainMeter')}
                placeholder={t('limiting.sumOfMeters')}
                value={draft.mainMeterId}
                onChange={(id) => onChange({ ...draft, mainMeterId: id ?? null })}
                options={options}
              />
            </Field>
          </>
        ) : (
          <>
            <Field label={t('limiting.turn')}>
              <WholeInput label={t('limiting.turn')} value={draft.turnMinutes} min={10} suffix="min" width={140} onChange={(turnMinutes) => onChange({ ...draft, turnMinutes })} />
            </Field>
            <Field label={t('limiting.groupsOff')}>
              <WholeInput label={t('limiting.groupsOff')} value={draft.groupsOff} min={1} width={140} onChange={(groupsOff) => onChange({ ...draft, groupsOff })} />
            </Field>
          </>
        )}
      </div>
    </Panel>
  )
}

function Group({ group, index, last, onMove, onChange }: {
  group: DraftGroup
  index: number
  last: boolean
  onMove: (by: -1 | 1) => void
  onChange: (group: DraftGroup | undefined) => void
}) {
  const { t } = useTranslation()
  const options = useMeterOptions()
  const name = t('limiting.groupNumber', { number: index + 1 })
  return (
    <div className="sub-panel" data-testid="plan-group">
      <div className="row">
        <b>{name}</b>
        <Input aria-label={t('limiting.groupName')} placeholder={t('limiting.groupName')} maxLength={60} style={{ width: 200 }} value={group.name} onChange={(event) => onChange({ ...group, name: event.target.value })} />
        <span className="rule-acts row tight">
          <Button type="text" icon={<ArrowUpOutlined />} disabled={index === 0} aria-label={t('limiting.up', { name })} onClick={() => onMove(-1)} />
          <Button type="text" icon={<ArrowDownOutlined />} disabled={last} aria-label={t('limiting.down', { name })} onClick={() => onMove(1)} />
          {!(index === 0 && last) && <RemoveButton what={name} onClick={() => onChange(undefined)} />}
        </span>
      </div>
      <Select
        mode="multiple"
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={`${name} ${t('limiting.meters')}`}
        placeholder={t('limiting.chooseMeters')}
        value={group.meterIds}
        onChange={(meterIds) => onChange({ ...group, meterIds })}
        options={options}
        maxTagCount="responsive"
        data-testid="plan-meters"
      />
      <span className="small muted">{t('common.meters', { count: group.meterIds.length })}</span>
    </div>
  )
}

function Groups({ draft, onChange }: PartProps) {
  const { t } = useTranslation()
  const set = (groups: DraftGroup[]): void => onChange({ ...draft, groups })
  const move = (index: number, by: -1 | 1): void => {
    const groups = [...draft.groups]
    const [taken] = groups.splice(index, 1)
    if (taken) groups.splice(index + by, 0, taken)
    set(groups)
  }
  return (
    <Panel title={t('limiting.groups')}>
      <div className="stack" style={{ gap: 12 }}>
        <p className="muted" style={{ margin: 0 }}>
          {t('limiting.groupsHint')}
        </p>
        {draft.groups.map((group, index) => (
          <Group
            key={index}
            group={group}
            index={index}
            last={index === draft.groups.length - 1}
            onMove={(by) => move(index, by)}
            onChange={(next) => set(changed(draft.groups, index, next))}
          />
        ))}
        <AddButton onClick={() => set([...draft.groups, { name: '', meterIds: [] }])} testId="plan-add-group">
          {t('limiting.addGroup')}
        </AddButton>
      </div>
    </Panel>
  )
}

function Editor() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState<PlanDraft>(newPlan)
  const plan = planOf(draft)
  const save = useMutation({
    mutationFn: (body: PlanRequest) =>
      unwrap(
        client.POST('/api/v1/limiting/plans', {
          params: { header: csrf },
          body: body as LimitingPlanRequest,
        }),
      ),
    onSuccess: () => {
      message.success(t('limiting.saved'))
      void cache.invalidateQueries({ queryKey: limitingKeys.plans })
      void navigate('/limiting')
    },
  })
  return (
    <>
      <div className="stack">
        <Panel title={t('limiting.name')}>
          <Input aria-label={t('limiting.name')} maxLength={60} style={{ maxWidth: 360 }} value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.target.value })} data-testid="plan-name" />
        </Panel>
        <Goal draft={draft} onChange={setDraft} />
        <Groups draft={draft} onChange={setDraft} />
        <FormError error={save.error} testId="plan-error" />
      </div>
      <div className="save-bar">
        <Button type="primary" icon={<SaveOutlined />} loading={save.isPending} disabled={typeof plan === 'string'} onClick={() => typeof plan !== 'string' && save.mutate(plan)} data-testid="plan-save">
          {t('common.save')}
        </Button>
        <span className="muted" role="status">
          {typeof plan === 'string' ? t(`limiting.problem.${plan}`) : t('limiting.savedHint')}
        </span>
      </div>
    </>
  )
}

export function NewPlanPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead title={t('limiting.newHeading')} sub={t('limiting.newIntro')} />
      <Guard right="limit_supply">
        <Editor />
      </Guard>
    </>
  )
}
