/** A text to take along: shown to be read, copied with one press, on plain http too. */
import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** Browsers have a clipboard only on https; elsewhere the older command on the selected text. */
async function copy(element: HTMLElement, text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const range = document.createRange()
    range.selectNodeContents(element)
    const selection = getSelection()
    selection?.removeAllRanges()
    selection?.addRange(range)
    return document.execCommand('copy')
  }
}

export function CopyText({ text, testId }: { text: string; testId?: string }) {
  const { t } = useTranslation()
  const shown = useRef<HTMLElement>(null)
  const [isCopied, setCopied] = useState(false)
  const label = isCopied ? t('common.copied') : t('common.copy')
  return (
    <span className="row">
      <code ref={shown} className="copy-text" data-testid={testId}>
        {text}
      </code>
      <Button
        icon={isCopied ? <CheckOutlined /> : <CopyOutlined />}
        onClick={() => shown.current && void copy(shown.current, text).then(setCopied)}
      >
        {label}
      </Button>
    </span>
  )
}
