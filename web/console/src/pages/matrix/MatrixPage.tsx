/** 状态矩阵: every meter of the site at a glance, live. */
import { AppstoreOutlined, ControlOutlined, DownloadOutlined, UnorderedListOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button, Segmented, Select } from 'antd'
import { useDeferredValue, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { download } from '@/api/client'
import { useMeters, useSite } from '@/api/queries'
import type { MeterList, Site } from '@/api/types'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { SearchBox } from '@/common/SearchBox'
import { readChoice, writeChoice } from '@/common/remembered'
import { EmptyView, Loaded, useErrorText } from '@/common/views'
import {
  countTiles,
  filterTiles,
  floorsOf,
  inScope,
  noFilter,
  tileStates,
  type LegendKey,
  type MatrixFilter,
} from '@/domain/matrix'
import { inZone } from '@/domain/time'
import { Legend } from './Legend'
import { TileBoard, useFloorName } from './TileBoard'
import { TileTable } from './TileTable'
import './matrix.css'

const views = ['tiles', 'table'] as const
type View = (typeof views)[number]

function exportPath(filter: MatrixFilter, language: string): string {
  const query = new URLSearchParams({ lang: language })
  if (filter.buildingId !== null) query.set('building_id', String(filter.buildingId))
  const [only] = filter.keys
  if (filter.keys.length === 1 && (tileStates as readonly string[]).includes(only ?? ''))
    query.set('state', only ?? '')
  return `/api/v1/exports/matrix.xlsx?${query.toString()}`
}

function ExportButton({ filter }: { filter: MatrixFilter }) {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const name = `matrix-${inZone(Date.now()).format('YYYYMMDD-HHmm')}.xlsx`
  const run = useMutation({
    mutationFn: () => download(exportPath(filter, i18n.language), name),
    onSuccess: () => message.success(t('matrix.exportDone')),
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <Button
      icon={<DownloadOutlined />}
      loading={run.isPending}
      onClick={() => run.mutate()}
      data-testid="export"
    >
      {run.isPending ? t('common.exporting') : t('common.export')}
    </Button>
  )
}

/** The same choice as a batch: building, floor and states; words and flags are no selection. */
function batchPath({ buildingId, floor, keys }: MatrixFilter): string {
  const states = keys.filter((key) => (tileStates as readonly string[]).includes(key))
  const query = new URLSearchParams()
  if (buildingId !== null) query.set('building', String(buildingId))
  if (buildingId !== null && floor !== null) query.set('floor', String(floor))
  if (states.length > 0) query.set('states', states.join(','))
  return `/batches/new?${query.toString()}`
}

function HeadActs({ filter }: { filter: MatrixFilter }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <>
      <RightButton
        right="switch_supply"
        icon={<ControlOutlined />}
        onClick={() => void navigate(batchPath(filter))}
        data-testid="matrix-batch"
      >
        {t('batch.heading')}
      </RightButton>
      <ExportButton filter={filter} />
    </>
  )
}

interface FilterBarProps {
  filter: MatrixFilter
  onChange: (filter: MatrixFilter) => void
  site: Site
  floors: number[]
}
function FilterBar({ filter, onChange, site, floors }: FilterBarProps) {
  const { t } = useTranslation()
  const floorName = useFloorName()
  return (
    <>
      <SearchBox
        label={t('matrix.filterText')}
        value={filter.text}
        onChange={(text) => onChange({ ...filter, text })}
        width={270}
        testId="matrix-filter"
      />
      <Select
        style={{ width: 140 }}
        aria-label={t('common.building')}
        value={filter.buildingId ?? 0}
        onChange={(id) => onChange({ ...filter, buildingId: id || null, floor: null })}
        options={[
          { value: 0, label: t('matrix.allBuildings') },
          ...site.buildings.map((b) => ({ value: b.id, label: b.name })),
        ]}
      />
      <Select
        style={{ width: 120 }}
        aria-label={t('common.floor')}
        value={filter.floor ?? 'all'}
        onChange={(floor) => onChange({ ...filter, floor: floor === 'all' ? null : Number(floor) })}
        options={[
          { value: 'all' as const, label: t('matrix.allFloors') },
          ...floors.map((floor) => ({ value: floor, label: floorName(floor) })),
        ]}
      />
    </>
  )
}

function Nothing({ site, onClear }: { site: boolean; onClear: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  if (site) {
    return (
      <EmptyView title={t('matrix.none')} hint={t('matrix.noneHint')}>
        <Button type="primary" onClick={() => void navigate('/import')} data-testid="to-import">
          {t('matrix.toImport')}
        </Button>
      </EmptyView>
    )
  }
  return (
    <EmptyView title={t('empty.filtered')} hint={t('empty.filteredHint')}>
      <Button onClick={onClear}>{t('empty.clear')}</Button>
    </EmptyView>
  )
}

function ViewChoice({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  const { t } = useTranslation()
  const switcher = [
    { value: 'tiles' as const, icon: <AppstoreOutlined />, label: t('common.tiles') },
    { value: 'table' as const, icon: <UnorderedListOutlined />, label: t('common.table') },
  ]
  return (
    <span className="spread">
      <Segmented<View>
        aria-label={t('common.viewMode')}
        value={view}
        onChange={onChange}
        options={switcher}
        data-testid="matrix-view"
      />
    </span>
  )
}

function MatrixBody({ meters, site }: { meters: MeterList; site: Site }) {
  const { t } = useTranslation()
  const [filter, setFilter] = useState<MatrixFilter>(noFilter)
  const [view, setView] = useState<View>(() => readChoice('matrix.view', views, 'tiles'))
  const applied = useDeferredValue(filter)
  const tiles = useMemo(() => filterTiles(meters.rows, applied), [meters.rows, applied])
  const counts = useMemo(
    () => countTiles(meters.rows.filter((tile) => inScope(tile, applied))),
    [meters.rows, applied],
  )
  const floors = useMemo(
    () => floorsOf(meters.rows, filter.buildingId),
    [meters.rows, filter.buildingId],
  )
  const toggle = (key: LegendKey): void =>
    setFilter((old) => ({
      ...old,
      keys: old.keys.includes(key) ? old.keys.filter((other) => other !== key) : [...old.keys, key],
    }))
  const choose = (next: View): void => {
    writeChoice('matrix.view', next)
    setView(next)
  }
  const empty = <Nothing site={meters.rows.length === 0} onClear={() => setFilter(noFilter)} />
  const legend = <Legend counts={counts} chosen={filter.keys} onToggle={toggle} />
  return (
    <>
      <PageHead
        title={t('matrix.heading')}
        sub={
          <span data-testid="matrix-count">
            {t('common.of', { shown: tiles.length, total: meters.rows.length })}
          </span>
        }
        extra={<HeadActs filter={filter} />}
      />
      <div className="panel">
        <div className="toolbar">
          <FilterBar filter={filter} onChange={setFilter} site={site} floors={floors} />
          <ViewChoice view={view} onChange={choose} />
        </div>
        {view === 'tiles' && <div style={{ padding: '0 16px 12px' }}>{legend}</div>}
        {view === 'tiles' ? (
          tiles.length === 0 ? (
            empty
          ) : (
            <div className="matrix-panel">
              <TileBoard tiles={tiles} buildings={site.buildings} />
            </div>
          )
        ) : (
          <TileTable
            name="matrix"
            tiles={tiles}
            buildings={site.buildings}
            empty={empty}
            toolbar={legend}
          />
        )}
      </div>
    </>
  )
}

export function MatrixPage() {
  const meters = useMeters()
  const site = useSite()
  return (
    <Loaded query={site} rows={10}>
      {(found) => (
        <Loaded query={meters} rows={10}>
          {(list) => <MatrixBody meters={list} site={found} />}
        </Loaded>
      )}
    </Loaded>
  )
}
