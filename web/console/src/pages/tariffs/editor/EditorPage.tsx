/** 电价编辑: a draft as a form, or as the text that the station stores. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Input, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { client, csrf, unwrap } from '@/api/client'
import { moneyKeys, useTariffs, useTariffVersion } from '@/api/money'
import type { TariffVersionDetail } from '@/api/types'
import { PageHead, Panel } from '@/common/Page'
import { FormError, Guard, Loaded } from '@/common/views'
import { complete, type Product } from '@/domain/product'
import { dayRange, inZone, timeZone } from '@/domain/time'
import { Field } from './fields'
import { preset, presetNames, type PresetName } from './presets'
import { ProductForm } from './ProductForm'

interface Draft {
  from: string
  note: string
}

/** Midnight of the first day in the site's zone; the content goes as it was written. */
function sendDraft(tariffId: number, number: number | null, { from, note }: Draft, content: Product) {
  const query = {
    valid_from: dayRange(from, from).from,
    ...(note.trim() ? { note: note.trim() } : {}),
  }
  const request = { header: csrf, query }
  const body = content as never
  return unwrap(
    number === null
      ? client.POST('/api/v1/tariffs/{id}/versions', {
          params: { ...request, path: { id: tariffId } },
          body,
        })
      : client.POST('/api/v1/tariffs/{id}/versions/{number}', {
          params: { ...request, path: { id: tariffId, number } },
          body,
        }),
  )
}

function parsed(text: string): { product: Product } | { problem: string } {
  try {
    return { product: complete(JSON.parse(text) as Partial<Product>) }
  } catch (cause) {
    return { problem: String(cause) }
  }
}

function usePreset(name: string): (kind: PresetName) => Product {
  const { t } = useTranslation()
  return (kind) => ({
    ...preset(kind, {
      name,
      energy: t('product.energy'),
      water: t('product.water'),
      sewage: t('product.sewage'),
      area: t('product.area'),
      day: t('product.dayFirst'),
      purchase: t('product.purchase'),
      funds: t('product.funds'),
    }),
    time_zone: timeZone(),
  })
}

interface EditorProps {
  tariffId: number
  name: string
  /** The draft that is edited, or the version that a new one starts from. */
  start?: TariffVersionDetail
  isNew: boolean
}

function JsonView({ text, onText }: { text: string; onText: (text: string) => void }) {
  const { t } = useTranslation()
  const found = parsed(text)
  return (
    <Panel title={t('product.json')}>
      {'problem' in found && (
        <Alert
          type="error"
          showIcon
          style={{ marginBottom: 12 }}
          title={t('tariff.notJson')}
          description={found.problem}
        />
      )}
      <Input.TextArea
        className="code-view"
        aria-label={t('product.json')}
        autoSize={{ minRows: 16, maxRows: 40 }}
        spellCheck={false}
        value={text}
        onChange={(event) => onText(event.target.value)}
        data-testid="product-json"
      />
    </Panel>
  )
}

function When({ draft, onDraft }: { draft: Draft; onDraft: (draft: Draft) => void }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('tariff.validFrom')}>
      <div className="row" style={{ alignItems: 'flex-start', gap: 16 }}>
        <Field label={t('tariff.validFrom')} hint={t('product.fromHint')}>
          <Input
            type="date"
            aria-label={t('tariff.validFrom')}
            style={{ width: 170 }}
            value={draft.from}
            onChange={(event) => onDraft({ ...draft, from: event.target.value })}
            data-testid="product-from"
          />
        </Field>
        <Field label={t('common.note')} hint={t('product.noteHint')}>
          <Input
            aria-label={t('common.note')}
            style={{ width: 320, maxWidth: '100%' }}
            maxLength={500}
            value={draft.note}
            onChange={(event) => onDraft({ ...draft, note: event.target.value })}
          />
        </Field>
      </div>
    </Panel>
  )
}

/** Form and text hold the same content; the text is read when it is left. */
function useContent(first: () => Product) {
  const [product, setProduct] = useState(first)
  const [text, setText] = useState<string | null>(null)
  const view: 'form' | 'json' = text === null ? 'form' : 'json'
  const found = text === null ? { product } : parsed(text)
  const show = (next: 'form' | 'json'): void => {
    if (next === 'json') setText(JSON.stringify(product, null, 2))
    else if ('product' in found) {
      setProduct(found.product)
      setText(null)
    }
  }
  return { product, setProduct, text, setText, view, show, found }
}

function useSave({ tariffId, start, isNew }: EditorProps) {
  const { i18n } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: ({ draft, product }: { draft: Draft; product: Product }) =>
      sendDraft(tariffId, isNew ? null : (start?.number ?? null), draft, product),
    onSuccess: (written) => {
      void cache.invalidateQueries({ queryKey: moneyKeys.tariffs })
      for (const warning of written.warnings)
        void message.warning(i18n.language === 'en' ? warning.message_en : warning.message_zh, 8)
      void navigate(`/tariffs/${tariffId}?version=${written.number}`)
    },
    onError: () => window.scrollTo({ top: 0 }),
  })
}

function firstDraft(start: TariffVersionDetail | undefined, isNew: boolean): Draft {
  const day =
    start && !isNew ? inZone(start.valid_from) : inZone(Date.now()).add(1, 'month').startOf('month')
  return { from: day.format('YYYY-MM-DD'), note: isNew ? '' : (start?.note ?? '') }
}

function Editor(props: EditorProps) {
  const { tariffId, name, start, isNew } = props
  const { t } = useTranslation()
  const fromPreset = usePreset(name)
  const content = useContent(() =>
    start ? complete(start.content as Partial<Product>) : fromPreset('single'),
  )
  const [draft, setDraft] = useState(() => firstDraft(start, isNew))
  const save = useSave(props)
  const ready = 'product' in content.found && draft.from !== ''
  const views = (
    <Segmented
      value={content.view}
      onChange={content.show}
      aria-label={t('product.view')}
      data-testid="product-view"
      options={[
        { value: 'form' as const, label: t('product.form') },
        { value: 'json' as const, label: t('product.json') },
      ]}
    />
  )
  return (
    <>
      <PageHead
        title={isNew ? t('product.newTitle', { name }) : t('product.editTitle', { name })}
        sub={<Link to={`/tariffs/${tariffId}`}>{t('product.back')}</Link>}
        extra={views}
      />
      <div className="stack">
        <FormError error={save.error} testId="product-error" />
        {!start && content.view === 'form' && (
          <div className="row">
            <span>{t('product.startFrom')}</span>
            <Select<PresetName>
              style={{ width: 230 }}
              aria-label={t('product.startFrom')}
              placeholder={t('product.choosePreset')}
              onChange={(kind) => content.setProduct(fromPreset(kind))}
              data-testid="product-preset"
              options={presetNames.map((kind) => ({ value: kind, label: t(`product.presets.${kind}`) }))}
            />
          </div>
        )}
        <When draft={draft} onDraft={setDraft} />
        {content.text === null ? (
          <ProductForm product={content.product} onChange={content.setProduct} />
        ) : (
          <JsonView text={content.text} onText={content.setText} />
        )}
      </div>
      <div className="save-bar">
        <Button
          type="primary"
          disabled={!ready}
          title={ready ? undefined : t('product.notReady')}
          loading={save.isPending}
          onClick={() =>
            'product' in content.found && save.mutate({ draft, product: content.found.product })
          }
          data-testid="product-save"
        >
          {t('tariff.save')}
        </Button>
        <span className="small muted">{t('product.saveHint')}</span>
      </div>
    </>
  )
}

/** `?version=n` edits that draft, `?from=n` starts a new version from it. */
export function EditorPage() {
  const id = Number(useParams().id)
  const [params] = useSearchParams()
  const edited = Number(params.get('version')) || null
  const source = edited ?? (Number(params.get('from')) || null)
  const tariffs = useTariffs()
  const version = useTariffVersion(id, source)
  const named = (list: { id: number; name: string }[]): string =>
    list.find((tariff) => tariff.id === id)?.name ?? ''
  return (
    <Guard right="manage_tariffs">
      <Loaded query={tariffs}>
        {(list) =>
          source === null ? (
            <Editor tariffId={id} name={named(list.rows)} isNew />
          ) : (
            <Loaded query={version}>
              {(found) => (
                <Editor
                  tariffId={id}
                  name={named(list.rows)}
                  start={found}
                  isNew={edited === null}
                />
              )}
            </Loaded>
          )
        }
      </Loaded>
    </Guard>
  )
}
