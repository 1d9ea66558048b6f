/** Page and size of a server-side list; a changed filter starts again at the first page. */
import { useState } from 'react'
import type { Paging } from './ListTable'

export function usePaging(filterKey: string, pageSizeFirst = 20) {
  const [pageSize, setPageSize] = useState(pageSizeFirst)
  const [at, setAt] = useState({ filterKey, page: 1 })
  const page = at.filterKey === filterKey ? at.page : 1
  const paging = (total: number): Paging => ({
    page,
    pageSize,
    total,
    onChange: (next, size) => {
      setPageSize(size)
      setAt({ filterKey, page: size === pageSize ? next : 1 })
    },
  })
  return { limit: pageSize, offset: (page - 1) * pageSize, paging }
}
