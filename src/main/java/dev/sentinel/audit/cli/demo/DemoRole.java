package dev.sentinel.audit.cli.demo;

import static dev.sentinel.audit.cli.demo.DemoStep.agent;
import static dev.sentinel.audit.cli.demo.DemoStep.human;
import static dev.sentinel.audit.cli.demo.DemoStep.policy;
import static dev.sentinel.audit.model.ActionType.API_CALL;
import static dev.sentinel.audit.model.ActionType.DB_QUERY;
import static dev.sentinel.audit.model.ActionType.FILE_READ;
import static dev.sentinel.audit.model.ActionType.FILE_WRITE;
import static dev.sentinel.audit.model.ActionType.HTTP_REQUEST;
import static dev.sentinel.audit.model.ActionType.TOOL_CALL;

import java.util.List;
import java.util.Map;

/**
 * A kind of agent. A run performs its steps in order, some of them several times.
 *
 * @param name part of the agents' ids
 * @param instances number of agents
 * @param pauseMs median pause between two steps
 */
record DemoRole(String name, int instances, int pauseMs, List<DemoStep> steps) {
    static final List<DemoRole> ALL = List.of(
            new DemoRole(
                    "support",
                    4,
                    4_000,
                    List.of(
                            human("chat.user_message"),
                            agent(TOOL_CALL, 120, 1, Map.of("model", "large-2"), "get_customer"),
                            agent(DB_QUERY, 35, 1, Map.of("rows", 3), "orders.by_customer", "orders.by_id"),
                            human("chat.user_message"),
                            policy("refund_limit", 12),
                            agent(API_CALL, 420, 6, Map.of("currency", "EUR"), "payments.refund"),
                            agent(API_CALL, 180, 1, Map.of("channel", "chat"), "chat.reply"))),
            new DemoRole(
                    "research",
                    2,
                    1_500,
                    List.of(
                            human("task.created"),
                            agent(TOOL_CALL, 640, 3, Map.of("query_length", 48), "web_search"),
                            agent(
                                    HTTP_REQUEST,
                                    380,
                                    9,
                                    Map.of("method", "GET"),
                                    "https://example.org/reports",
                                    "https://example.com/news",
                                    "https://example.net/data.csv"),
                            agent(FILE_READ, 6, 1, Map.of("bytes", 18_344), "/workspace/notes.md"),
                            agent(TOOL_CALL, 2_300, 2, Map.of("model", "large-2", "tokens", 3_120), "summarize"),
                            agent(FILE_WRITE, 9, 1, Map.of("bytes", 9_120), "/workspace/report.md"))),
            new DemoRole(
                    "coder",
                    2,
                    2_500,
                    List.of(
                            human("issue.assigned"),
                            agent(
                                    FILE_READ,
                                    3,
                                    1,
                                    Map.of("bytes", 4_410),
                                    "src/app/Checkout.java",
                                    "src/app/Cart.java",
                                    "build.gradle"),
                            agent(TOOL_CALL, 1_900, 1, Map.of("model", "large-2", "tokens", 1_870), "propose_patch"),
                            agent(FILE_WRITE, 5, 2, Map.of("bytes", 4_602), "src/app/Checkout.java"),
                            agent(TOOL_CALL, 14_000, 22, Map.of("suite", "unit"), "run_tests"),
                            policy("protected_branch", 8),
                            agent(API_CALL, 310, 2, Map.of("base", "main"), "git.open_pull_request"))),
            new DemoRole(
                    "billing",
                    2,
                    800,
                    List.of(
                            agent(DB_QUERY, 60, 1, Map.of("rows", 25), "SELECT * FROM invoices WHERE due < now()"),
                            policy("payment_window", 3),
                            agent(API_CALL, 350, 4, Map.of("currency", "EUR"), "payments.charge"),
                            agent(DB_QUERY, 22, 1, Map.of("rows", 1), "UPDATE invoices SET paid = true WHERE id = ?"),
                            agent(API_CALL, 90, 1, Map.of("template", "receipt"), "mail.send"))));
}
