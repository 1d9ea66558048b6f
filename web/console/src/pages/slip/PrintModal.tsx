/** Preview of a slip's copies, and printing them with nothing else on the paper. */
import { PrinterOutlined } from '@ant-design/icons'
import { Button, Modal } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { Loaded, type QueryLike } from '@/common/views'
import { notePrinted, wasPrinted } from './printed'

/** Prints, and remembers it once the browser's print dialogue has closed. */
function usePrint(slot: string, onPrinted: () => void): () => void {
  return () => {
    addEventListener(
      'afterprint',
      () => {
        notePrinted(slot)
        onPrinted()
      },
      { once: true },
    )
    window.print()
  }
}

interface PrintModalProps<T> {
  /** Under which a browser remembers that it printed this. */
  slot: string
  query: QueryLike<T>
  /** Every copy. What was printed before is marked 补打. */
  sheets: (slip: T, isReprint: boolean) => ReactNode
  onClose: () => void
}
export function PrintModal<T>({ slot, query, sheets, onClose }: PrintModalProps<T>) {
  const { t } = useTranslation()
  const [isReprint, setIsReprint] = useState(() => wasPrinted(slot))
  const print = usePrint(slot, () => setIsReprint(true))
  const ready = query.data !== undefined
  useEffect(() => {
    if (!ready) return undefined
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'F9') return
      event.preventDefault()
      event.stopImmediatePropagation()
      print()
    }
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  })
  const footer = (
    <div className="row between">
      <span className="small muted">{t('slip.preview')}</span>
      <span className="row">
        <Button onClick={onClose}>{t('common.close')}</Button>
        <Button
          type="primary"
          icon={<PrinterOutlined />}
          disabled={!ready}
          onClick={print}
          data-testid="slip-print"
        >
          {t('slip.print')}{' '}
          <kbd style={{ background: 'transparent', color: 'inherit', borderColor: 'currentcolor' }}>
            F9
          </kbd>
        </Button>
      </span>
    </div>
  )
  return (
    <Modal open onCancel={onClose} width={900} title={t('slip.heading')} footer={footer} centered>
      <Loaded query={query}>
        {(slip) => (
          <>
            <div
              className="slip-preview"
              tabIndex={0}
              role="region"
              aria-label={t('slip.heading')}
              data-testid="slip-preview"
            >
              <div className="scale" style={{ display: 'grid', gap: 14 }}>
                {sheets(slip, isReprint)}
              </div>
            </div>
            {createPortal(
              <div className="print-root" aria-hidden>
                {sheets(slip, isReprint)}
              </div>,
              document.body,
            )}
          </>
        )}
      </Loaded>
    </Modal>
  )
}
