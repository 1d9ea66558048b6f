/** What the meter holds now, read from it, beside what the station holds: field by field, with a download for what differs. */
import { CloudDownloadOutlined, DiffOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Checkbox } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { useCommand } from '@/api/queries'
import type { ComparedField, ComparedGroup, MeterComparison } from '@/api/types'
import { CommandProgress } from '@/common/CommandProgress'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { RightButton } from '@/common/RightButton'
import { CommandTag, ToneTag } from '@/common/StateTag'
import { useFieldWords } from '@/common/useFieldWords'
import { FormError, LoadingView } from '@/common/views'
import { differing } from '@/domain/differences'
import { comparedStandingTone, comparedTone } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { useDownload } from './useDownload'

function FieldTable({ kind, fields }: { kind: ComparedGroup['kind']; fields: ComparedField[] }) {
  const { t } = useTranslation()
  const words = useFieldWords()
  const columns: ListColumn<ComparedField>[] = [
    { key: 'field', title: t('command.fieldName'), width: 130, card: 'title', render: (field) => words.name(field) },
    { key: 'held', title: t('compare.held'), width: 200, align: 'right', render: (field) => words.value(field.held, field) },
    {
      key: 'read',
      title: t('compare.read'),
      width: 200,
      align: 'right',
      render: (field) => {
        const value = words.value(field.read, field)
        return field.result === 'same' ? value : <b>{value}</b>
      },
    },
    {
      key: 'result',
      title: t('compare.result'),
      width: 130,
      card: 'tag',
      render: (field) => <ToneTag tone={comparedTone[field.result]}>{t(`state.compared.${field.result}`)}</ToneTag>,
    },
  ]
  return (
    <ListTable
      name={`compare-${kind}`}
      columns={columns}
      rows={fields}
      rowKey={(field) => `${field.field}${field.number ?? ''}`}
      minWidth={660}
      rowTestId="compare-field"
      empty={null}
    />
  )
}

/** Sends this kind again and says when the meter has it. */
function Again({ meterId, kind, onArrived }: { meterId: number; kind: ComparedGroup['kind']; onArrived: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [sentId, setSentId] = useState<number | null>(null)
  const sent = useCommand(sentId).data
  const send = useDownload(meterId, (command) => setSentId(command.id))
  const isDone = sent?.state === 'done'
  // The table still shows what was before: the meter is read once more as soon as it has confirmed.
  useEffect(() => {
    if (isDone) onArrived()
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once per command that arrived
  }, [isDone, sentId])
  const act = () =>
    kind === 'write_time_tables'
      ? void navigate(`/batches/new?kind=write_time_tables&meters=${meterId}`)
      : send.mutate(kind)
  return (
    <>
      <RightButton
        right="switch_supply"
        size="small"
        icon={<CloudDownloadOutlined />}
        loading={send.isPending || sent?.state === 'pending'}
        onClick={act}
        data-testid={`compare-download-${kind}`}
      >
        {t(kind === 'write_time_tables' ? 'compare.writeTables' : 'compare.again')}
      </RightButton>
      {sent && <CommandProgress command={sent} />}
    </>
  )
}

function Group({ meterId, group, onlyDifferent, onArrived }: {
  meterId: number
  group: ComparedGroup
  onlyDifferent: boolean
  onArrived: () => void
}) {
  const { t } = useTranslation()
  const shown = onlyDifferent ? differing(group.fields) : group.fields
  const whose =
    group.tariff_name === null
      ? ''
      : group.tariff_version
        ? t('compare.version', { name: group.tariff_name, number: group.tariff_version })
        : t('compare.asImported', { name: group.tariff_name })
  return (
    <div className="sub-panel stack" style={{ gap: 10 }} data-testid="compare-group" data-kind={group.kind} data-standing={group.standing}>
      <div className="row">
        <b>{t(`compare.kind.${group.kind}`)}</b>
        <ToneTag tone={comparedStandingTone[group.standing]}>{t(`state.comparedStanding.${group.standing}`)}</ToneTag>
        {whose && <span className="small muted">{whose}</span>}
      </div>
      {group.standing !== 'same' && <span className="muted">{t(`compare.hint.${group.standing}`)}</span>}
      {shown.length > 0 && <FieldTable kind={group.kind} fields={shown} />}
      {group.download && (
        <span className="small muted">
          {t('compare.latest', { time: formatTime(group.download.created_at) })} <CommandTag state={group.download.state} />
        </span>
      )}
      {group.standing !== 'same' && (
        <div>
          <Again meterId={meterId} kind={group.kind} onArrived={onArrived} />
        </div>
      )}
    </div>
  )
}

function Result({ meterId, found, onAgain }: { meterId: number; found: MeterComparison; onAgain: () => void }) {
  const { t } = useTranslation()
  const [onlyDifferent, setOnlyDifferent] = useState(false)
  return (
    <div className="stack" style={{ gap: 12 }} data-testid="compare-result" data-same={found.is_same}>
      <Alert
        type={found.is_same ? 'success' : 'warning'}
        showIcon
        title={t(found.is_same ? 'compare.allSame' : 'compare.someDiffer')}
        description={t('compare.readAt', { time: formatTime(found.read_at), serial: found.serial || '—' })}
      />
      {!found.is_same && (
        <Checkbox checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.target.checked)}>
          {t('compare.onlyDifferent')}
        </Checkbox>
      )}
      {found.groups.map((group) => (
        <Group key={group.kind} meterId={meterId} group={group} onlyDifferent={onlyDifferent} onArrived={onAgain} />
      ))}
    </div>
  )
}

export function Compare({ meterId }: { meterId: number }) {
  const { t } = useTranslation()
  const compare = useMutation({
    mutationFn: () =>
      unwrap(client.POST('/api/v1/meters/{id}/compare', { params: { path: { id: meterId }, header: csrf } })),
  })
  const [found, setFound] = useState<MeterComparison | null>(null)
  const ask = () => compare.mutate(undefined, { onSuccess: setFound, onError: () => setFound(null) })
  return (
    <section className="stack" style={{ gap: 12, marginTop: 20 }} aria-label={t('compare.heading')}>
      <div className="row">
        <h3 className="sub-head" style={{ margin: 0 }}>{t('compare.heading')}</h3>
        <Button icon={<DiffOutlined />} loading={compare.isPending} onClick={ask} data-testid="compare">
          {t(found ? 'compare.actAgain' : 'compare.act')}
        </Button>
      </div>
      <span className="small muted" role="status">
        {t(compare.isPending ? 'compare.reading' : 'compare.intro')}
      </span>
      <FormError error={compare.error} testId="compare-error" />
      {compare.isPending && !found && <LoadingView rows={3} />}
      {found && <Result meterId={meterId} found={found} onAgain={ask} />}
    </section>
  )
}
