// Verify_log checks a log with the transparency log library of the Go project, which shares no code with this one.
//
// Usage: verify_log DIRECTORY
//
// The directory has log.vkey, checkpoint and tile/ as a log serves them; proofs/ with tlog-proof files whose extra data
// is the entry; and consistency/ with a file for each smaller size, named by it: its root, then the proof, a hash a
// line. It signs the file text with log.key, if there is one, and writes the note signed-by-go. The file cosigned, if
// there is one, must be a checkpoint of the log that the witness of witness.vkey has cosigned.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

// directory reads tiles as tlog-tiles names them.
type directory string

func (d directory) Height() int { return height }

func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// Go's own paths have the height, and those of tlog-tiles do not.
		data, err := d.read("tile/" + strings.TrimPrefix(tile.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (d directory) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(d), filepath.FromSlash(name)))
}

func (d directory) text(name string) string {
	data, err := d.read(name)
	check(err, name)
	return string(data)
}

// files lists what is in a subdirectory.
func (d directory) files(name string) []string {
	entries, err := os.ReadDir(filepath.Join(string(d), name))
	check(err, name)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func main() {
	d := directory(os.Args[1])
	verifier, err := note.NewVerifier(strings.TrimSuffix(d.text("log.vkey"), "\n"))
	check(err, "log.vkey")
	tree := open(d.text("checkpoint"), verifier)
	hashes := tlog.TileHashReader(tree, d)

	entries := checkEntries(d, tree, hashes)
	tiles := checkTiles(d, tree, hashes)
	for _, name := range d.files("proofs") {
		checkProof(d.text("proofs/"+name), verifier)
	}
	for _, name := range d.files("consistency") {
		checkConsistency(d.text("consistency/"+name), number(name), tree, hashes)
	}
	if _, err := d.read("log.key"); err == nil {
		sign(d)
	}
	if _, err := d.read("cosigned"); err == nil {
		checkCosignature(d, verifier)
	}
	fmt.Printf("entries=%d tiles=%d proofs=%d consistency=%d\n",
		entries, tiles, len(d.files("proofs")), len(d.files("consistency")))
}

// open verifies a checkpoint.
func open(text string, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	check(err, "checkpoint")
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("the checkpoint is not that of %s", verifier.Name())
	}
	return tlog.Tree{N: number(lines[1]), Hash: hash(lines[2])}
}

// checkEntries compares every entry with the hash that the root proves.
func checkEntries(d directory, tree tlog.Tree, hashes tlog.HashReader) int64 {
	index := int64(0)
	for index < tree.N {
		bundle := tlog.Tile{H: height, L: 0, N: index / width, W: widthOf(tree.N - index)}
		name := strings.Replace(bundle.Path(), "tile/8/0/", "tile/entries/", 1)
		data := []byte(d.text(name))
		var indexes []int64
		for i := 0; i < bundle.W; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, index+int64(i)))
		}
		proven, err := hashes.ReadHashes(indexes)
		check(err, name)
		for i := 0; i < bundle.W; i++ {
			length := len(data) + 1
			if len(data) >= 2 {
				length = 2 + int(binary.BigEndian.Uint16(data))
			}
			if length > len(data) {
				fail("%s is too short", name)
			}
			if tlog.RecordHash(data[2:length]) != proven[i] {
				fail("entry %d is not that of the tree", index)
			}
			data = data[length:]
			index++
		}
		if len(data) != 0 {
			fail("%s is too long", name)
		}
	}
	return index
}

// checkTiles compares every tile with the hashes that the root proves.
func checkTiles(d directory, tree tlog.Tree, hashes tlog.HashReader) int {
	tiles := 0
	for level := 0; tree.N>>(height*level) > 0; level++ {
		count := tree.N >> (height * level)
		for index := int64(0); index*width < count; index++ {
			tile := tlog.Tile{H: height, L: level, N: index, W: widthOf(count - index*width)}
			expected, err := tlog.ReadTileData(tile, hashes)
			check(err, tile.Path())
			actual, err := d.ReadTiles([]tlog.Tile{tile})
			check(err, tile.Path())
			if !bytes.Equal(actual[0], expected) {
				fail("%s is not that of the tree", tile.Path())
			}
			tiles++
		}
	}
	return tiles
}

func checkProof(text string, verifier note.Verifier) {
	head, checkpoint, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("malformed proof")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	check(err, "extra data")
	index := number(strings.TrimPrefix(lines[2], "index "))
	tree := open(checkpoint, verifier)
	check(tlog.CheckRecord(parse(lines[3:]), tree.N, tree.Hash, index, tlog.RecordHash(entry)), "inclusion")
}

func checkConsistency(text string, from int64, tree tlog.Tree, hashes tlog.HashReader) {
	proof := parse(strings.Split(strings.TrimSuffix(text, "\n"), "\n"))
	root := proof[0]
	check(tlog.CheckTree(tlog.TreeProof(proof[1:]), tree.N, tree.Hash, from, root), "consistency")
	expected, err := tlog.TreeHash(from, hashes)
	check(err, "root")
	if root != expected {
		fail("the root of size %d is another", from)
	}
}

func sign(d directory) {
	key, _, _ := strings.Cut(d.text("log.key"), "\n")
	signer, err := note.NewSigner(key)
	check(err, "log.key")
	signed, err := note.Sign(&note.Note{Text: d.text("text")}, signer)
	check(err, "text")
	check(os.WriteFile(filepath.Join(string(d), "signed-by-go"), signed, 0o600), "signed-by-go")
}

// witness verifies cosignature/v1 of c2sp.org/tlog-cosignature, which the library does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) witness {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err, "witness.vkey")
	if len(key) != 33 || key[0] != 4 {
		fail("witness.vkey is not a key for cosignatures")
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(id[:4])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		fail("witness.vkey has another key id")
	}
	return witness{parts[0], hash, ed25519.PublicKey(key[1:])}
}

func (w witness) Name() string { return w.name }

func (w witness) KeyHash() uint32 { return w.hash }

func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(w.key, []byte(signed), signature[8:])
}

func checkCosignature(d directory, log note.Verifier) {
	w := newWitness(strings.TrimSuffix(d.text("witness.vkey"), "\n"))
	opened, err := note.Open([]byte(d.text("cosigned")), note.VerifierList(log, w))
	check(err, "cosigned")
	if len(opened.Sigs) != 2 {
		fail("cosigned has %d genuine signatures of the two", len(opened.Sigs))
	}
}

func widthOf(rest int64) int {
	if rest > width {
		return width
	}
	return int(rest)
}

func parse(lines []string) []tlog.Hash {
	var hashes []tlog.Hash
	for _, line := range lines {
		hashes = append(hashes, hash(line))
	}
	return hashes
}

func hash(text string) tlog.Hash {
	parsed, err := tlog.ParseHash(text)
	check(err, text)
	return parsed
}

func number(text string) int64 {
	parsed, err := strconv.ParseInt(text, 10, 64)
	check(err, text)
	return parsed
}

func check(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func fail(format string, values ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
