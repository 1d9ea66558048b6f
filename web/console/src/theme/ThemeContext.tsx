/** Light, dark or as the system says; remembered, and told to antd, CSS and charts. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { readChoice, writeChoice } from '@/common/remembered'

export type ThemeChoice = 'light' | 'dark' | 'system'
export const themeChoices: readonly ThemeChoice[] = ['light', 'dark', 'system']

interface Theme {
  choice: ThemeChoice
  isDark: boolean
  choose: (choice: ThemeChoice) => void
}
const Context = createContext<Theme | null>(null)

export function useTheme(): Theme {
  const theme = useContext(Context)
  if (!theme) throw new Error('useTheme outside ThemeProvider')
  return theme
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(() =>
    readChoice('theme', themeChoices, 'system'),
  )
  const [systemDark, setSystemDark] = useState(
    () => matchMedia('(prefers-color-scheme: dark)').matches,
  )
  const isDark = choice === 'dark' || (choice === 'system' && systemDark)

  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const onChange = (event: MediaQueryListEvent) => setSystemDark(event.matches)
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
  }, [isDark])

  const theme = useMemo<Theme>(
    () => ({
      choice,
      isDark,
      choose: (next) => {
        writeChoice('theme', next)
        setChoice(next)
      },
    }),
    [choice, isDark],
  )
  return <Context.Provider value={theme}>{children}</Context.Provider>
}
