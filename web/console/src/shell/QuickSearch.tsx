/** The header's search: finds a meter by number, room, shop or customer and opens it. */
import { SearchOutlined } from '@ant-design/icons'
import { AutoComplete, Input } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useMeters, useSite } from '@/api/queries'
import { MeterOption } from '@/common/MeterOption'
import { matchesText } from '@/domain/matrix'

const shownAtMost = 12

export function QuickSearch() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const meters = useMeters()
  const site = useSite()
  const options = useMemo(() => {
    if (!text.trim()) return []
    const names = new Map(site.data?.buildings.map((b) => [b.id, b.name]))
    return (meters.data?.rows ?? [])
      .filter((tile) => matchesText(tile, text))
      .slice(0, shownAtMost)
      .map((tile) => ({
        value: String(tile.id),
        label: <MeterOption tile={tile} building={names.get(tile.building_id ?? -1)} />,
      }))
  }, [meters.data, site.data, text])
  const open = (id: string): void => {
    setText('')
    void navigate(`/meters/${id}`)
  }
  return (
    <AutoComplete
      className="shell-search"
      options={options}
      value={text}
      popupMatchSelectWidth={340}
      defaultActiveFirstOption
      onSelect={(id: string) => open(id)}
      notFoundContent={text.trim() ? t('header.noMatch') : null}
      showSearch={{ filterOption: false, onSearch: setText }}
    >
      <Input
        prefix={<SearchOutlined />}
        placeholder={t('header.search')}
        aria-label={t('header.search')}
        allowClear
        data-testid="quick-search"
      />
    </AutoComplete>
  )
}
