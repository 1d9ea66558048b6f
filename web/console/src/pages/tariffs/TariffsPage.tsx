/** 电价: every tariff with its versions, from draft to approval. */
import { PlusOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { moneyKeys, useTariffs } from '@/api/money'
import type { TariffProfile } from '@/api/types'
import { ActDialog } from '@/common/ActDialog'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { EmptyView, Loaded } from '@/common/views'
import { useSession } from '@/shell/SessionContext'

function useColumns(): ListColumn<TariffProfile>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'name',
      title: t('tariff.name'),
      width: 240,
      card: 'title',
      render: (tariff) => <b>{tariff.name}</b>,
    },
    {
      key: 'meters',
      title: t('tariff.meters'),
      width: 120,
      align: 'right',
      render: (tariff) => tariff.meters,
    },
    {
      key: 'downloaded',
      title: t('tariff.downloaded'),
      width: 160,
      align: 'right',
      render: (tariff) => tariff.downloaded_version ?? '—',
    },
    {
      key: 'own',
      title: t('tariff.own'),
      width: 140,
      render: (tariff) => (tariff.own_meter_id === null ? t('tariff.shared') : t('tariff.ownMeter')),
    },
  ]
}

export function TariffsPage() {
  const { t } = useTranslation()
  const { can } = useSession()
  const navigate = useNavigate()
  const cache = useQueryClient()
  const tariffs = useTariffs()
  const columns = useColumns()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <PageHead title={t('tariff.heading')} sub={t('tariff.intro')} />
      <div className="panel">
        <Loaded query={tariffs}>
          {(list) => (
            <ListTable
              name="tariffs"
              columns={columns}
              rows={list.rows}
              rowKey={(tariff) => tariff.id}
              onOpen={(tariff) => void navigate(`/tariffs/${tariff.id}`)}
              minWidth={660}
              empty={<EmptyView title={t('tariff.none')} hint={t('tariff.noneHint')} />}
              toolbar={
                can('manage_tariffs') && (
                  <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
                    {t('tariff.add')}
                  </Button>
                )
              }
            />
          )}
        </Loaded>
      </div>
      {adding && (
        <ActDialog<{ name: string }, TariffProfile>
          title={t('tariff.add')}
          okText={t('tariff.addDo')}
          onClose={() => setAdding(false)}
          onDone={(made) => {
            void cache.invalidateQueries({ queryKey: moneyKeys.tariffs })
            void navigate(`/tariffs/${made.id}`)
          }}
          send={({ name }) =>
            unwrap(
              client.POST('/api/v1/tariffs', { params: { header: csrf }, body: { name: name.trim() } }),
            )
          }
        >
          <Form.Item
            name="name"
            label={t('tariff.name')}
            rules={[{ required: true, whitespace: true, message: t('tariff.nameNeeded') }]}
          >
            <Input maxLength={60} autoFocus />
          </Form.Item>
        </ActDialog>
      )}
    </>
  )
}
