/** Who is logged in and what they may do. */
import { createContext, useContext } from 'react'
import type { Right, Session } from '@/api/types'

export interface SessionValue {
  session: Session
  can: (right: Right) => boolean
  logout: () => void
}
const Context = createContext<SessionValue | null>(null)
export const SessionProvider = Context.Provider

export function useSession(): SessionValue {
  const value = useContext(Context)
  if (!value) throw new Error('useSession outside SessionProvider')
  return value
}
