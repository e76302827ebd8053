/**
 * What a new tab starts with. The comments are for people who see GraphQL for the first time;
 * the lines are short, so that they fit half of a small office screen.
 */
export const DEFAULT_QUERY = `# 欢迎使用枫桥 GraphQL 接口。
# Welcome to the Fengqiao GraphQL API.
#
# 1. 在页面上方登录，或粘贴访问令牌。
#    Sign in at the top, or paste a token.
# 2. 点击粉色 ▶ 按钮（或按 Ctrl-Enter）运行查询。
#    Press the pink ▶ (or Ctrl-Enter) to run.
# 3. 左侧书本图标列出全部类型和字段，无需登录。
#    The book icon lists all types and fields.
# 4. 输入时自动提示；按 Ctrl-空格可随时唤出。
#    Suggestions: type, or press Ctrl-Space.

# 我是谁，能看到哪些最新案件？
# Who am I, and which cases do I see?
query Welcome {
  viewer {
    user { displayName }
    memberships {
      roleLabel
      organisation { name }
    }
  }
  cases(first: 5) {
    totalCount
    nodes {
      number
      statusLabel
      title
      type { label }
    }
  }
}
`;
