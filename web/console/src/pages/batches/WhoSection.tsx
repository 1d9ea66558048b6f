/** Whom a batch is meant for: by place and state, or meter by meter. */
import { CloseOutlined } from '@ant-design/icons'
import { Button, Checkbox, Segmented, Select } from 'antd'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useMeters, useSite } from '@/api/queries'
import type { Tile, TileState } from '@/api/types'
import { MeterPicker } from '@/common/MeterPicker'
import { Panel } from '@/common/Page'
import type { BatchDraft } from '@/domain/batch'
import { floorsOf, tileStates } from '@/domain/matrix'
import { useFloorName } from '../matrix/TileBoard'
import { Field } from '../tariffs/editor/fields'

export interface DraftProps {
  draft: BatchDraft
  onChange: (draft: BatchDraft) => void
}

function ByFilter({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const site = useSite()
  const meters = useMeters()
  const floorName = useFloorName()
  const floors = useMemo(
    () => floorsOf(meters.data?.rows ?? [], draft.buildingId),
    [meters.data, draft.buildingId],
  )
  return (
    <div className="row" style={{ alignItems: 'flex-start', gap: 16 }}>
      <Field label={t('common.building')} width={180}>
        <Select
          aria-label={t('common.building')}
          value={draft.buildingId ?? 0}
          onChange={(id) => onChange({ ...draft, buildingId: id || null, floor: null })}
          options={[
            { value: 0, label: t('matrix.allBuildings') },
            ...(site.data?.buildings ?? []).map((b) => ({ value: b.id, label: b.name })),
          ]}
        />
      </Field>
      <Field label={t('common.floor')} width={140}>
        <Select
          aria-label={t('common.floor')}
          value={draft.floor ?? 'all'}
          disabled={draft.buildingId === null}
          onChange={(floor) => onChange({ ...draft, floor: floor === 'all' ? null : Number(floor) })}
          options={[
            { value: 'all' as const, label: t('matrix.allFloors') },
            ...floors.map((floor) => ({ value: floor, label: floorName(floor) })),
          ]}
        />
      </Field>
      <Field label={t('common.state')} width={280}>
        <Select<TileState[]>
          mode="multiple"
          aria-label={t('common.state')}
          placeholder={t('batch.anyState')}
          value={draft.states}
          onChange={(states) => onChange({ ...draft, states })}
          options={tileStates.map((value) => ({ value, label: t(`state.tile.${value}`) }))}
          data-testid="batch-states"
        />
      </Field>
      <Field label={t('meter.tariff')} width={200}>
        <Select
          aria-label={t('meter.tariff')}
          value={draft.tariffId ?? 0}
          onChange={(id) => onChange({ ...draft, tariffId: id || null })}
          options={[
            { value: 0, label: t('batch.anyTariff') },
            ...(site.data?.tariffs ?? []).map((tariff) => ({ value: tariff.id, label: tariff.name })),
          ]}
        />
      </Field>
    </div>
  )
}

function ByList({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  const meters = useMeters()
  const chosen = useMemo(() => new Set(draft.meterIds), [draft.meterIds])
  const accept = useCallback((tile: Tile) => !chosen.has(tile.id), [chosen])
  const byId = useMemo(
    () => new Map((meters.data?.rows ?? []).map((tile) => [tile.id, tile])),
    [meters.data],
  )
  const set = (meterIds: number[]): void => onChange({ ...draft, meterIds })
  return (
    <div className="stack" style={{ gap: 10 }}>
      <MeterPicker
        placeholder={t('batch.addMeter')}
        accept={accept}
        onPick={(tile) => set([...draft.meterIds, tile.id])}
        noHit={t('header.noMatch')}
        testId="batch-meter-search"
      />
      {draft.meterIds.length > 0 && (
        <div className="row" data-testid="batch-list">
          {draft.meterIds.map((id) => {
            const name = [byId.get(id)?.room_number, byId.get(id)?.code ?? `#${id}`]
              .filter(Boolean)
              .join(' · ')
            return (
              <Button
                key={id}
                size="small"
                icon={<CloseOutlined />}
                iconPlacement="end"
                aria-label={t('product.remove', { what: name })}
                onClick={() => set(draft.meterIds.filter((other) => other !== id))}
              >
                {name}
              </Button>
            )
          })}
          <Button size="small" type="link" onClick={() => set([])}>
            {t('empty.clear')}
          </Button>
        </div>
      )}
    </div>
  )
}

export function WhoSection({ draft, onChange }: DraftProps) {
  const { t } = useTranslation()
  return (
    <Panel
      title={t('batch.who')}
      extra={
        <Segmented<BatchDraft['by']>
          value={draft.by}
          aria-label={t('batch.who')}
          onChange={(by) => onChange({ ...draft, by })}
          options={[
            { value: 'filter', label: t('batch.byFilter') },
            { value: 'list', label: t('batch.byList') },
          ]}
          data-testid="batch-by"
        />
      }
    >
      <div className="stack" style={{ gap: 12 }}>
        {draft.by === 'filter' ? (
          <ByFilter draft={draft} onChange={onChange} />
        ) : (
          <ByList draft={draft} onChange={onChange} />
        )}
        <Checkbox
          checked={draft.includeLost}
          onChange={(event) => onChange({ ...draft, includeLost: event.target.checked })}
        >
          {t('batch.includeLost')}
        </Checkbox>
      </div>
    </Panel>
  )
}
