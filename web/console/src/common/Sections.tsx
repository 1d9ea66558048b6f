/** Parts of one panel, one shown at a time; on a phone the names scroll sideways. */
import { Segmented } from 'antd'
import { useState, type ReactNode } from 'react'

export interface Section {
  key: string
  label: ReactNode
  children: ReactNode
}
interface SectionsProps {
  label: string
  items: Section[]
  testId?: string
}
export function Sections({ label, items, testId }: SectionsProps) {
  const [chosen, setChosen] = useState(items[0]?.key ?? '')
  const shown = items.find((item) => item.key === chosen) ?? items[0]
  return (
    <section className="panel" data-testid={testId}>
      <div className="sections">
        <Segmented
          value={shown?.key ?? ''}
          onChange={setChosen}
          aria-label={label}
          options={items.map((item) => ({ value: item.key, label: item.label }))}
        />
      </div>
      {shown?.children}
    </section>
  )
}
