/** Minutes of a day as `HH:mm` and back. */
export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

export const minuteOf = (clock: string | undefined): number => {
  const match = /^(\d{1,2}):(\d{2})/.exec(clock ?? '')
  return match ? Number(match[1]) * 60 + Number(match[2]) : 0
}
