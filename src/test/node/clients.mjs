// Sends with one real client to the server at a URL: node clients.mjs SCENARIO URL
import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api'
import { SeverityNumber } from '@opentelemetry/api-logs'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter as JsonSpans } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufSpans } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'

const [scenario, url] = process.argv.slice(2)
// A machine that runs all tests may be slow; the default is 10 s.
const PATIENT = { timeoutMillis: 60_000 }
const RESOURCE = resourceFromAttributes({ 'service.name': 'node-app' })

function tracing (exporter) {
  return new BasicTracerProvider({ resource: RESOURCE, spanProcessors: [new BatchSpanProcessor(exporter)] })
}

/** 300 tool calls within one agent, each with an integer that JSON writes as a number. */
async function spans (exporter) {
  const provider = tracing(exporter)
  const tracer = provider.getTracer('my-agent', '1.0')
  const agent = tracer.startSpan('invoke_agent planner', {
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' }
  })
  const within = trace.setSpan(context.active(), agent)
  for (let i = 0; i < 300; i++) {
    const span = tracer.startSpan('execute_tool search', {
      kind: SpanKind.INTERNAL,
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'search',
        'gen_ai.tool.call.id': `call_${i}`,
        'gen_ai.tool.call.arguments': JSON.stringify({ page: i, password: 'cAnArY7Zq0xW' }),
        'app.count': i
      }
    }, within)
    if (i % 100 === 0) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'timed out' })
    }
    span.end()
  }
  agent.end()
  await provider.forceFlush()
  await provider.shutdown()
}

/** Tool results as Claude Code logs them. */
async function logs (exporter) {
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': 'claude-code' }),
    processors: [new BatchLogRecordProcessor(exporter)]
  })
  const logger = provider.getLogger('com.anthropic.claude_code.events', '2.1.300')
  for (let i = 0; i < 300; i++) {
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      body: 'claude_code.tool_result',
      attributes: {
        'event.name': 'tool_result',
        'event.sequence': i,
        'session.id': 'node-session',
        tool_name: 'Bash',
        tool_use_id: `toolu_${i}`,
        success: 'true',
        duration_ms: i
      }
    })
  }
  await provider.forceFlush()
  await provider.shutdown()
}

/** The spans that the AI SDK makes of a model that calls a tool. */
async function vercel () {
  const { generateText, stepCountIs, tool } = await import('ai')
  const { z } = await import('zod')
  const provider = tracing(new JsonSpans({ ...PATIENT, url: `${url}/v1/traces` }))
  let turn = 0
  const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 }
  // The mock of ai/test needs the whole of msw.
  const model = {
    specificationVersion: 'v2',
    provider: 'mock',
    modelId: 'mock-1',
    supportedUrls: {},
    doGenerate: async () => turn++ === 0
      ? {
          content: [{ type: 'tool-call', toolCallId: 'call_1', toolName: 'weather', input: '{"city":"Paris"}' }],
          finishReason: 'tool-calls',
          usage,
          warnings: []
        }
      : { content: [{ type: 'text', text: 'Sunny.' }], finishReason: 'stop', usage, warnings: [] }
  }
  await generateText({
    model,
    prompt: 'What is the weather?',
    stopWhen: stepCountIs(2),
    tools: {
      weather: tool({ inputSchema: z.object({ city: z.string() }), execute: async () => ({ sky: 'clear' }) })
    },
    experimental_telemetry: { isEnabled: true, functionId: 'forecast', tracer: provider.getTracer('ai') }
  })
  await provider.forceFlush()
  await provider.shutdown()
}

/** Spans of OpenInference, made by its own helpers. */
async function openinference () {
  const { OITracer, traceAgent, traceTool } = await import('@arizeai/openinference-core')
  const provider = tracing(new ProtobufSpans({ ...PATIENT, url: `${url}/v1/traces` }))
  const tracer = new OITracer({ tracer: provider.getTracer('@arizeai/openinference-core') })
  const search = traceTool(async query => ({ hits: query.length }), { name: 'search', tracer })
  const agent = traceAgent(async question => search(question), { name: 'planner', tracer })
  await agent('Where is it?')
  const failing = traceTool(async () => { throw new Error('no such host') }, { name: 'fetch', tracer })
  await failing().catch(() => {})
  await provider.forceFlush()
  await provider.shutdown()
}

/** A call over stdio, with a span as the semantic conventions of MCP want it: the SDK makes none itself. */
async function mcp () {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js')
  const provider = tracing(new ProtobufSpans({ ...PATIENT, url: `${url}/v1/traces` }))
  const tracer = provider.getTracer('mcp')
  const client = new Client({ name: 'sentinel-test', version: '1.0' })
  await client.connect(new StdioClientTransport({ command: process.execPath, args: ['mcp-server.mjs'] }))
  for (const name of ['add', 'fail']) {
    const span = tracer.startSpan(`tools/call ${name}`, {
      kind: SpanKind.CLIENT,
      attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': name, 'network.transport': 'pipe' }
    })
    const result = await client.callTool({ name, arguments: { a: 1, b: 2 } })
    if (result.isError) {
      span.setAttribute('error.type', 'tool_error')
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    span.end()
  }
  await client.close()
  await provider.forceFlush()
  await provider.shutdown()
}

/** The same message in every mode, and one of our events. */
async function cloudevents () {
  const { CloudEvent, HTTP } = await import('cloudevents')
  const send = async message => {
    const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers: message.headers, body: message.body })
    console.log(answer.status, await answer.text())
  }
  const paid = new CloudEvent({
    id: 'node-1',
    source: '/shop/orders',
    type: 'com.example.order.paid',
    subject: 'Bestellung für Köln',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    sequence: 17,
    data: { amount: 12.5, password: 'cAnArY7Zq0xW' }
  })
  await send(HTTP.structured(paid))
  await send(HTTP.binary(paid))
  await send({
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify([paid, paid.cloneWith({ id: 'node-2', data: Buffer.from([0xff, 0, 1]) })])
  })
  await send(HTTP.binary(new CloudEvent({
    id: 'node-3',
    source: 'billing-7',
    type: 'dev.sentinel.audit.event.v1',
    data: { actor: 'agent', action_type: 'tool_call', resource: 'refund', status: 'denied' }
  })))
}

const scenarios = {
  'spans-json': () => spans(new JsonSpans({ ...PATIENT, url: `${url}/v1/traces`, compression: 'gzip' })),
  'spans-protobuf': () => spans(new ProtobufSpans({ ...PATIENT, url: `${url}/v1/traces` })),
  'logs-json': () => logs(new JsonLogs({ ...PATIENT, url: `${url}/v1/logs` })),
  'logs-protobuf': () => logs(new ProtobufLogs({ ...PATIENT, url: `${url}/v1/logs`, compression: 'gzip' })),
  vercel,
  openinference,
  mcp,
  cloudevents
}

await scenarios[scenario]()
