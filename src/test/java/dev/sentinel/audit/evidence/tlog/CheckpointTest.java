package dev.sentinel.audit.evidence.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final String ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    @Test
    void parse_exampleOfTlogCheckpoint_returnsIt() {
        String text = "example.com/behind-the-sofa\n20852163\n" + ROOT + "\n";

        Checkpoint checkpoint = Checkpoint.parse(text);

        assertThat(checkpoint)
                .isEqualTo(new Checkpoint("example.com/behind-the-sofa", 20_852_163, TreeHash.parse(ROOT)));
        assertThat(checkpoint.text()).isEqualTo(text);
    }

    @Test
    void parse_extensionLines_areIgnored() {
        Checkpoint checkpoint = Checkpoint.parse("go.sum database tree\n1\n" + ROOT + "\nextension 1\n+2\n");

        assertThat(checkpoint.text()).isEqualTo("go.sum database tree\n1\n" + ROOT + "\n");
    }

    @Test
    void text_emptyTree_hasSizeZero() {
        Checkpoint checkpoint = new Checkpoint("a", 0, TreeHash.EMPTY);

        assertThat(checkpoint.text()).startsWith("a\n0\n");
        assertThat(Checkpoint.parse(checkpoint.text())).isEqualTo(checkpoint);
        assertThat(Checkpoint.parse("a\n9223372036854775807\n" + ROOT + "\n").size())
                .isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "a\n1\n",
                "a\n1\n" + ROOT,
                "\n1\n" + ROOT + "\n",
                "a\n\n" + ROOT + "\n",
                "a\n01\n" + ROOT + "\n",
                "a\n00\n" + ROOT + "\n",
                "a\n+1\n" + ROOT + "\n",
                "a\n-1\n" + ROOT + "\n",
                "a\n1 \n" + ROOT + "\n",
                "a\n0x1\n" + ROOT + "\n",
                "a\n1e3\n" + ROOT + "\n",
                "a\n٣\n" + ROOT + "\n",
                "a\n9223372036854775808\n" + ROOT + "\n",
                "a\n99999999999999999999\n" + ROOT + "\n",
                "a\n0\n" + ROOT + "\n",
                "a\n1\n\n",
                "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
                "a\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n",
                "a\n1\n" + ROOT + "\n\n",
                "a\n1\n" + ROOT + "\nb\n\nc\n",
                "a\r\n1\r\n" + ROOT + "\r\n",
                "a\u0007\n1\n" + ROOT + "\n"
            })
    void parse_anyOtherText_isRefused(String text) {
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> Checkpoint.parse(text));
    }

    @Test
    void constructor_impossibleCheckpoint_isRefused() {
        TreeHash root = TreeHash.parse(ROOT);

        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> new Checkpoint("", 1, root));
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> new Checkpoint("a\nb", 1, root));
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> new Checkpoint("a\r", 1, root));
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> new Checkpoint("a", -1, root));
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> new Checkpoint("a", 0, root));
    }
}
