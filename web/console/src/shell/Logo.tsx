export function Logo({ size = 30 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden
      focusable="false"
      style={{ flex: 'none' }}
    >
      <rect width="32" height="32" rx="8" fill="#0958d9" />
      <path
        d="M7.2 20.5a9 9 0 1 1 17.6 0"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
        opacity=".55"
      />
      <path d="M17.6 8 10.6 18h4.6l-1.2 7.4L21.4 15h-4.8z" fill="#fff" />
    </svg>
  )
}
