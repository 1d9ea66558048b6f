/** Modes, verdicts, guards and cuts as tags and words. */
import { useTranslation } from 'react-i18next'
import type { CutVerdict, EnforcementMode, OwnCut, RehearsalState } from '@/api/types'
import { ToneTag } from '@/common/StateTag'
import { modeTone, ownCutTone, parseGuards, rehearsalTone, verdictTones } from '@/domain/cut'

export function ModeTag({ mode }: { mode: EnforcementMode }) {
  const { t } = useTranslation()
  return <ToneTag tone={modeTone[mode]}>{t(`state.enforcement.${mode}`)}</ToneTag>
}
export function CutVerdictTag({ verdict }: { verdict: CutVerdict }) {
  const { t } = useTranslation()
  return <ToneTag tone={verdictTones[verdict]}>{t(`state.cutVerdict.${verdict}`)}</ToneTag>
}
export function OwnCutTag({ cut }: { cut: OwnCut }) {
  const { t } = useTranslation()
  if (cut.is_unreachable) return <ToneTag tone="danger">{t('cut.unreachable')}</ToneTag>
  return <ToneTag tone={ownCutTone[cut.state]}>{t(`state.ownCut.${cut.state}`)}</ToneTag>
}
export function RehearsalTag({ state }: { state: RehearsalState }) {
  const { t } = useTranslation()
  return <ToneTag tone={rehearsalTone[state]}>{t(`state.rehearsal.${state}`)}</ToneTag>
}

/** What keeps the supply on, in sentences. */
export function GuardWords({ guards, most = 3 }: { guards: string; most?: number }) {
  const { t } = useTranslation()
  const held = parseGuards(guards)
  if (held.length === 0) return <span>{t('cut.allHeld')}</span>
  return (
    <span className="break">
      {held
        .slice(0, most)
        .map(({ guard, state }) =>
          state === 'unknown' ? t('cut.unknownGuard', { guard: t(`cut.guard.${guard}`) }) : t(`cut.keeps.${guard}`),
        )
        .join(t('batch.reasonJoin'))}
      {held.length > most && <span className="muted"> {t('cut.moreGuards', { count: held.length - most })}</span>}
    </span>
  )
}
