/** Preview of the three copies, and printing them with nothing else on the paper. */
import { PrinterOutlined } from '@ant-design/icons'
import { Button, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { useSlip } from '@/api/queries'
import type { Slip } from '@/api/types'
import { Loaded } from '@/common/views'
import { notePrinted, wasPrinted } from './printed'
import { SlipSheet } from './SlipSheet'

function Copies({ slip, isReprint }: { slip: Slip; isReprint: boolean }) {
  return (
    <>
      {slip.copies.map((copy, index) => (
        <SlipSheet key={copy} slip={slip} copy={copy} index={index} isReprint={isReprint} />
      ))}
    </>
  )
}

/** Prints, and remembers it once the browser's print dialogue has closed. */
function usePrint(vendId: number, onPrinted: () => void): () => void {
  return () => {
    addEventListener(
      'afterprint',
      () => {
        notePrinted(vendId)
        onPrinted()
      },
      { once: true },
    )
    window.print()
  }
}

export function SlipModal({ vendId, onClose }: { vendId: number; onClose: () => void }) {
  const { t } = useTranslation()
  const query = useSlip(vendId)
  const [isReprint, setIsReprint] = useState(() => wasPrinted(vendId))
  const print = usePrint(vendId, () => setIsReprint(true))
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
                <Copies slip={slip} isReprint={isReprint} />
              </div>
            </div>
            {createPortal(
              <div className="print-root" aria-hidden>
                {<Copies slip={slip} isReprint={isReprint} />}
              </div>,
              document.body,
            )}
          </>
        )}
      </Loaded>
    </Modal>
  )
}
