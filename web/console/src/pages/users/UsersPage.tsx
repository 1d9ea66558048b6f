/** 操作员管理: who may log in, as what; new ones and forgotten passwords. */
import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, unwrap } from '@/api/client'
import { keys } from '@/api/keys'
import { useUsers } from '@/api/queries'
import type { NewUser, Role, UserRow } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { ToneTag } from '@/common/StateTag'
import { EmptyView, FormError, Guard, Loaded, useErrorText } from '@/common/views'
import { roles } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'
import { OneTimePassword } from './OneTimePassword'

function useRoleOptions() {
  const { t } = useTranslation()
  return roles.map((role) => ({ value: role, label: t(`state.role.${role}`) }))
}

interface AddDialogProps {
  onClose: () => void
  onAdded: (made: NewUser) => void
}
function AddDialog({ onClose, onAdded }: AddDialogProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ name: string; role: Role }>()
  const options = useRoleOptions()
  const add = useMutation({
    mutationFn: (body: { name: string; role: Role }) =>
      unwrap(client.POST('/api/v1/users', { params: { header: csrf }, body })),
    onSuccess: onAdded,
  })
  return (
    <Modal
      open
      title={t('users.add')}
      onCancel={onClose}
      onOk={() => form.submit()}
      okText={t('users.addDo')}
      cancelText={t('common.cancel')}
      confirmLoading={add.isPending}
      destroyOnHidden
    >
      <FormError error={add.error} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: 'cashier' }}
        onFinish={({ name, role }) => add.mutate({ name: name.trim(), role })}
      >
        <Form.Item
          name="name"
          label={t('users.name')}
          extra={t('users.nameHint')}
          rules={[{ required: true, whitespace: true, message: t('users.nameNeeded') }]}
        >
          <Input maxLength={32} autoFocus data-testid="user-name" />
        </Form.Item>
        <Form.Item name="role" label={t('users.role')} extra={t('users.roleHint')}>
          <Select options={options} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

function RowActions({ user, onReset }: { user: UserRow; onReset: (made: NewUser) => void }) {
  const { t } = useTranslation()
  const { session } = useSession()
  const { message, modal } = App.useApp()
  const cache = useQueryClient()
  const errorText = useErrorText()
  const path = { params: { path: { id: user.id }, header: csrf } }
  const refresh = () => cache.invalidateQueries({ queryKey: keys.users })
  const onError = (error: unknown) => void message.error(errorText(error))
  const reset = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/users/{id}/password', path)),
    onSuccess: (made) => {
      onReset(made)
      void refresh()
    },
    onError,
  })
  const toggle = useMutation({
    mutationFn: () =>
      unwrap(
        user.disabled
          ? client.POST('/api/v1/users/{id}/enable', path)
          : client.POST('/api/v1/users/{id}/disable', path),
      ),
    onSuccess: refresh,
    onError,
  })
  if (session.user.id === user.id)
    return <span className="small muted">{t('users.self')}</span>
  const ask = (title: string, content: string, act: () => void) =>
    modal.confirm({ title, content, okText: t('common.confirm'), cancelText: t('common.cancel'), onOk: act })
  return (
    <span className="row tight">
      <Button
        size="small"
        loading={reset.isPending}
        onClick={() =>
          ask(t('users.resetTitle', { name: user.name }), t('users.resetText'), () => reset.mutate())
        }
      >
        {t('users.reset')}
      </Button>
      <Button
        size="small"
        danger={!user.disabled}
        loading={toggle.isPending}
        onClick={() =>
          user.disabled
            ? toggle.mutate()
            : ask(t('users.disableTitle', { name: user.name }), t('users.disableText'), () =>
                toggle.mutate(),
              )
        }
      >
        {user.disabled ? t('users.enable') : t('users.disable')}
      </Button>
    </span>
  )
}

function RoleChoice({ user }: { user: UserRow }) {
  const { t } = useTranslation()
  const { session } = useSession()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const errorText = useErrorText()
  const options = useRoleOptions()
  const change = useMutation({
    mutationFn: (role: Role) =>
      unwrap(
        client.POST('/api/v1/users/{id}/role', {
          params: { path: { id: user.id }, header: csrf },
          body: { role },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.users }),
    onError: (error) => void message.error(errorText(error)),
  })
  if (session.user.id === user.id) return <>{t(`state.role.${user.role}`)}</>
  return (
    <Select
      size="small"
      aria-label={t('users.role')}
      style={{ width: 130 }}
      value={user.role}
      options={options}
      loading={change.isPending}
      onChange={(role) => change.mutate(role)}
    />
  )
}

function useColumns(onReset: (made: NewUser) => void): ListColumn<UserRow>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'name',
      title: t('users.name'),
      width: 180,
      card: 'title',
      render: (user) => <b>{user.name}</b>,
    },
    { key: 'role', title: t('users.role'), width: 160, render: (user) => <RoleChoice user={user} /> },
    {
      key: 'state',
      title: t('users.state'),
      width: 180,
      card: 'tag',
      render: (user) =>
        user.disabled ? (
          <ToneTag tone="neutral">{t('users.disabled')}</ToneTag>
        ) : (
          <ToneTag tone={user.must_change_password ? 'notice' : 'success'}>
            {user.must_change_password ? t('users.oneTime') : t('users.enabled')}
          </ToneTag>
        ),
    },
    {
      key: 'created',
      title: t('users.created'),
      width: 180,
      render: (user) => <span className="num">{formatTime(user.created_at)}</span>,
    },
    {
      key: 'actions',
      title: t('users.actions'),
      width: 200,
      card: 'foot',
      render: (user) => <RowActions user={user} onReset={onReset} />,
    },
  ]
}

function UserList() {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const users = useUsers(true)
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<NewUser | null>(null)
  const columns = useColumns(setMade)
  return (
    <>
      <PageHead title={t('users.heading')} sub={t('users.intro')} />
      <div className="panel">
        <Loaded query={users}>
          {(list) => (
            <ListTable
              name="users"
              columns={columns}
              rows={list.rows}
              rowKey={(user) => user.id}
              empty={<EmptyView title={t('users.none')} />}
              minWidth={900}
              toolbar={
                <Button
                  type="primary"
                  icon={<PlusOutlined />}
                  onClick={() => setAdding(true)}
                  data-testid="user-add"
                >
                  {t('users.add')}
                </Button>
              }
            />
          )}
        </Loaded>
      </div>
      {adding && (
        <AddDialog
          onClose={() => setAdding(false)}
          onAdded={(user) => {
            setAdding(false)
            setMade(user)
            void cache.invalidateQueries({ queryKey: keys.users })
          }}
        />
      )}
      {made && <OneTimePassword made={made} onClose={() => setMade(null)} />}
    </>
  )
}

export function UsersPage() {
  return (
    <Guard right="manage_users">
      <UserList />
    </Guard>
  )
}
