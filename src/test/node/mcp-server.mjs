// A server of MCP over stdio, with one tool that works and one that fails.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const server = new McpServer({ name: 'arithmetic', version: '1.0' })
const inputSchema = { a: z.number(), b: z.number() }
server.registerTool('add', { inputSchema }, async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }))
server.registerTool('fail', { inputSchema }, async () => ({ content: [{ type: 'text', text: 'no' }], isError: true }))
await server.connect(new StdioServerTransport())
