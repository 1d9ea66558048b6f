/** 数据导入: template → upload → check → all or nothing → who answers. */
import { DownloadOutlined, FileExcelOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Steps } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download, importWorkbook } from '@/api/client'
import type { ImportReport } from '@/api/types'
import { PageHead, Panel } from '@/common/Page'
import { Guard, LoadingView, useErrorText } from '@/common/views'
import { Answering } from './Answering'
import './import.css'
import { Report } from './Report'

const sizeMax = 20 * 1024 * 1024

/** Why this file is not worth sending, as a key of i18n `import.*`. */
export function fileProblem(file: { name: string; size: number }): 'wrongType' | 'tooLarge' | null {
  if (!/\.xlsx?$/i.test(file.name)) return 'wrongType'
  return file.size > sizeMax ? 'tooLarge' : null
}

function Template() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const run = useMutation({
    mutationFn: () => download('/api/v1/imports/template.xlsx', 'paymeter-template.xlsx'),
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <div className="row between">
      <span className="muted grow">{t('import.templateHint')}</span>
      <Button
        icon={<DownloadOutlined />}
        loading={run.isPending}
        onClick={() => run.mutate()}
        data-testid="import-template"
      >
        {t('import.template')}
      </Button>
    </div>
  )
}

function Drop({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [over, setOver] = useState(false)
  const take = (file: File | undefined): void => {
    if (!file) return
    const problem = fileProblem(file)
    if (problem) message.error(t(`import.${problem}`))
    else onFile(file)
  }
  return (
    <label
      className={over ? 'drop over' : 'drop'}
      data-testid="import-drop"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files[0])
      }}
    >
      <input
        type="file"
        accept=".xlsx,.xls"
        className="visually-hidden"
        data-testid="import-file"
        onChange={(event) => take(event.target.files?.[0])}
      />
      <FileExcelOutlined className="icon" aria-hidden />
      <span className="title">{t('import.drop')}</span>
      <span className="muted">{t('import.dropHint')}</span>
    </label>
  )
}

function useImport() {
  const cache = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [report, setReport] = useState<ImportReport | null>(null)
  const run = useMutation({
    mutationFn: ({ workbook, dryRun }: { workbook: File; dryRun: boolean }) =>
      importWorkbook(workbook, dryRun),
    onSuccess: (answer) => {
      setReport(answer)
      if (answer.committed) void cache.invalidateQueries()
    },
  })
  return {
    file,
    report,
    run,
    check: (workbook: File) => {
      setFile(workbook)
      setReport(null)
      run.mutate({ workbook, dryRun: true })
    },
    commit: () => {
      if (file) run.mutate({ workbook: file, dryRun: false })
    },
    again: () => {
      setFile(null)
      setReport(null)
      run.reset()
    },
  }
}

function Stage({ state }: { state: ReturnType<typeof useImport> }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const { file, report, run } = state
  const ready = report && report.issues.length === 0 && !report.committed
  if (!file) return <Drop onFile={state.check} />
  return (
    <div className="stack">
      {run.error && (
        <Alert
          type="error"
          showIcon
          title={errorText(run.error)}
          description={file.name}
          data-testid="import-error"
        />
      )}
      {run.isPending && !report && (
        <>
          <span className="muted">{t('import.checking')}</span>
          <LoadingView rows={3} />
        </>
      )}
      {report && <Report report={report} file={file} />}
      {(report || run.error) && (
        <div className="row">
          {ready && (
            <Button
              type="primary"
              size="large"
              loading={run.isPending}
              onClick={state.commit}
              data-testid="import-commit"
            >
              {run.isPending ? t('import.committing') : t('import.commit')}
            </Button>
          )}
          <Button
            size="large"
            disabled={run.isPending}
            onClick={state.again}
            data-testid="import-again"
          >
            {report?.committed ? t('import.another') : t('import.replace')}
          </Button>
          {ready && <span className="muted small">{t('import.commitText')}</span>}
        </div>
      )}
    </div>
  )
}

function ImportBody() {
  const { t } = useTranslation()
  const state = useImport()
  const { file, report } = state
  const step = report?.committed ? 4 : report && report.issues.length === 0 ? 3 : file ? 2 : 1
  return (
    <>
      <PageHead title={t('import.heading')} sub={t('import.intro')} />
      <div className="stack">
        <Panel>
          <Steps
            size="small"
            responsive={false}
            titlePlacement="vertical"
            current={step}
            status={report && report.issues.length > 0 ? 'error' : 'process'}
            style={{ marginBottom: 18 }}
            items={[
              { title: t('import.step1') },
              { title: t('import.step2') },
              { title: t('import.step3') },
              { title: t('import.step4') },
            ]}
          />
          <div className="stack">
            {!file && <Template />}
            <Stage state={state} />
          </div>
        </Panel>
        {report?.committed && <Answering />}
      </div>
    </>
  )
}

export function ImportPage() {
  return (
    <Guard right="import_site">
      <ImportBody />
    </Guard>
  )
}
