/** Says which meters are the main of a building or floor, and which are behind them. */
import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { useMeters, useSite } from '@/api/queries'
import { watchKeys } from '@/api/watch'
import type { LossTree, LossTreeRequest } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { useMeterOptions } from '@/common/useMeterOptions'
import { floorsOf } from '@/domain/matrix'
import { useFloorName } from '../matrix/TileBoard'

interface Values {
  building_id: number
  floor: number | 'whole'
  name: string
  mains: number[]
  subs: number[]
}

function PlaceItems() {
  const { t } = useTranslation()
  const site = useSite()
  const meters = useMeters()
  const floorName = useFloorName()
  const building = Form.useWatch<number | undefined>('building_id')
  const floors = floorsOf(meters.data?.rows ?? [], building ?? null)
  return (
    <>
      <Form.Item name="building_id" label={t('common.building')} rules={[{ required: true, message: t('loss.buildingNeeded') }]}>
        <Select
          options={(site.data?.buildings ?? []).map((b) => ({ value: b.id, label: b.name }))}
          data-testid="loss-building"
        />
      </Form.Item>
      <Form.Item name="floor" label={t('common.floor')}>
        <Select
          options={[
            { value: 'whole' as const, label: t('loss.whole') },
            ...floors.map((floor) => ({ value: floor, label: floorName(floor) })),
          ]}
        />
      </Form.Item>
    </>
  )
}

export function TreeDialog({ tree, onClose }: { tree?: LossTree; onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const options = useMeterOptions()
  const many = { mode: 'multiple' as const, showSearch: { optionFilterProp: 'label' as const }, options }
  const send = (values: Values) => {
    const body: LossTreeRequest = {
      building_id: values.building_id,
      name: values.name.trim(),
      main_meter_ids: values.mains,
      ...(values.floor === 'whole' ? {} : { floor: values.floor }),
      ...(values.subs.length > 0 ? { sub_meter_ids: values.subs } : {}),
    }
    return unwrap(
      tree
        ? client.POST('/api/v1/loss-trees/{id}', { params: { path: { id: tree.id }, header: csrf }, body })
        : client.POST('/api/v1/loss-trees', { params: { header: csrf }, body }),
    )
  }
  return (
    <ActDialog<Values, unknown>
      title={tree ? t('loss.changeTitle', { name: tree.name }) : t('loss.add')}
      text={tree ? t('loss.changeText') : undefined}
      okText={t('common.save')}
      onClose={onClose}
      initial={{
        building_id: tree?.building_id,
        floor: tree?.floor ?? 'whole',
        name: tree?.name ?? '',
        mains: tree?.main_meters.map((m) => m.id) ?? [],
        subs: tree && !tree.subs_by_room ? tree.sub_meters.map((m) => m.id) : [],
      }}
      send={send}
      onDone={() => {
        message.success(t('loss.saved'))
        void cache.invalidateQueries({ queryKey: watchKeys.trees })
        onClose()
      }}
    >
      <PlaceItems />
      <Form.Item name="name" label={t('loss.name')} rules={[{ required: true, whitespace: true, message: t('loss.nameNeeded') }]}>
        <Input maxLength={60} data-testid="loss-name" />
      </Form.Item>
      <Form.Item name="mains" label={t('loss.mains')} rules={[{ required: true, type: 'array', min: 1, message: t('loss.mainsNeeded') }]}>
        <Select {...many} data-testid="loss-mains" />
      </Form.Item>
      <Form.Item name="subs" label={t('loss.subs')} extra={t('loss.subsHint')}>
        <Select {...many} placeholder={t('loss.subsByRoom')} />
      </Form.Item>
    </ActDialog>
  )
}
