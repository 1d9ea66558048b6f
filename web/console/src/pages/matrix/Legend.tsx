/** The six states and three flags: what they look like, how many there are, and a filter. */
import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { legendIcon } from '@/common/StateTag'
import { tileFlags, tileStates, type Counts, type LegendKey, type TileFlag } from '@/domain/matrix'
import { flagTone, tileTone } from '@/domain/states'

interface LegendProps {
  counts: Counts
  chosen: readonly LegendKey[]
  onToggle: (key: LegendKey) => void
}

export function Legend({ counts, chosen, onToggle }: LegendProps) {
  const { t } = useTranslation()
  const isFlag = (key: LegendKey): key is TileFlag => (tileFlags as readonly string[]).includes(key)
  const item = (key: LegendKey) => {
    const Icon = legendIcon[key]
    const flag = isFlag(key)
    const tone = isFlag(key) ? flagTone[key] : tileTone[key]
    const name = t(flag ? `state.flag.${key}` : `state.tile.${key}`)
    const on = chosen.includes(key)
    const button = (
      <button
        key={key}
        type="button"
        className={`tone-${tone}${chosen.length > 0 && !on ? ' faded' : ''}`}
        aria-pressed={on}
        aria-label={t('matrix.legendItem', { name, count: counts[key] })}
        onClick={() => onToggle(key)}
        data-testid={`legend-${key}`}
      >
        <Icon aria-hidden />
        <span>{name}</span>
        <b>{counts[key]}</b>
      </button>
    )
    return flag ? (
      <Tooltip key={key} title={t(`state.flagHint.${key}`)}>
        {button}
      </Tooltip>
    ) : (
      button
    )
  }
  return (
    <div className="legend" role="group" aria-label={t('matrix.legend')}>
      {tileStates.map(item)}
      <span className="gap" aria-hidden />
      {tileFlags.map(item)}
    </div>
  )
}
