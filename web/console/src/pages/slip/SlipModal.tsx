/** 三联单 of anything: the station's copies of one paper, each in the same frame. */
import type { QueryLike } from '@/common/views'
import { PrintModal } from './PrintModal'
import { SlipFrame, type SlipCell } from './SlipFrame'

/** What every slip of the station says about itself. */
export interface Printable {
  title: string
  property_name: string
  copies: string[]
  printed_at: string
}
export interface Paper {
  number: string
  operator: string | null
  /** Printed in place of "keep this": what this paper is not. */
  warning?: string
  rows: SlipCell[][]
}

interface SlipModalProps<T extends Printable> {
  /** Under which a browser remembers that it printed this. */
  slot: string
  query: QueryLike<T>
  paper: (slip: T) => Paper
  onClose: () => void
}
export function SlipModal<T extends Printable>({ slot, query, paper, onClose }: SlipModalProps<T>) {
  const sheets = (slip: T, isReprint: boolean) => {
    const content = paper(slip)
    return slip.copies.map((copy, index) => (
      <SlipFrame
        key={copy}
        title={slip.title}
        property={slip.property_name}
        copy={copy}
        index={index}
        isReprint={isReprint}
        printedAt={slip.printed_at}
        {...content}
      />
    ))
  }
  return <PrintModal slot={slot} query={query} sheets={sheets} onClose={onClose} />
}
