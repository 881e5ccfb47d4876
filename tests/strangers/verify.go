// Verifies a PARS log from its files with the code of Go's checksum database, which knows nothing of PARS.
//
//	verify [-every K] [-older CHECKPOINT] [-witness KEY|FILE]... FOLDER KEY|FILE
//
// It ends with 0 when all of it holds, with 1 when something does not, and with 2 when something could not be read.
//
// It opens the checkpoint with golang.org/x/mod/sumdb/note, proves every K-th entry to be in the tree with
// golang.org/x/mod/sumdb/tlog, and that the tree of an older checkpoint is the beginning of this one.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

// unreadable is what says nothing of a log: a file that is not there, or a text that is no key.
type unreadable struct{ error }

func read(file string) ([]byte, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, unreadable{err}
	}
	return body, nil
}

// keysOf are the lines of a file, or the one key that was given itself.
func keysOf(given string) ([]string, error) {
	if _, err := os.Stat(given); err != nil && strings.Contains(given, "+") {
		return []string{strings.TrimSpace(given)}, nil
	}
	body, err := read(given)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, line := range strings.Split(string(body), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			found = append(found, line)
		}
	}
	if len(found) == 0 {
		return nil, unreadable{fmt.Errorf("%s: no key stands in it", given)}
	}
	return found, nil
}

// keyOf is the log's key, which stands alone.
func keyOf(given string) (string, error) {
	found, err := keysOf(given)
	if err != nil {
		return "", err
	}
	if len(found) != 1 || strings.Count(found[0], "+") < 2 {
		return "", unreadable{fmt.Errorf("%s: this is not one key, name+hash+base64", given)}
	}
	return found[0], nil
}

// folder reads tiles for tlog, whose paths name the height 8 that ours leave out.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, t := range tiles {
		body, err := read(f.path(strings.Replace(t.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		data = append(data, body)
	}
	return data, nil
}

func (f folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

// entry reads the one entry at an index from its bundle: each entry stands after its length in two bytes.
func (f folder) entry(index, size int64) ([]byte, error) {
	t := tlog.Tile{H: 8, L: 0, N: index / width, W: width}
	if left := size - t.N*width; left < width {
		t.W = int(left)
	}
	body, err := read(f.path(strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1)))
	if err != nil {
		return nil, err
	}
	for skip := index % width; ; skip-- {
		if len(body) < 2 || len(body) < 2+int(binary.BigEndian.Uint16(body)) {
			return nil, fmt.Errorf("the bundle ends before entry %d", index)
		}
		end := 2 + int(binary.BigEndian.Uint16(body))
		if skip == 0 {
			return body[2:end], nil
		}
		body = body[end:]
	}
}

// witness verifies a cosignature/v1, for which sumdb/note leaves room and has no code.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }

func (w witness) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(w.key, append([]byte(head), text...), sig[8:])
}

func witnessOf(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(strings.TrimSpace(vkey), "+", 3)
	if len(parts) != 3 {
		return nil, unreadable{errors.New("malformed key of a witness")}
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 0x04 {
		return nil, unreadable{errors.New("malformed key of a witness")}
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	return witness{parts[0], binary.BigEndian.Uint32(id[:4]), key[1:]}, nil
}

// tree reads what a checkpoint says, after its log's signature and those of all given witnesses were verified.
func tree(file, key string, witnesses []string) (tlog.Tree, error) {
	body, err := read(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	log, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	verifiers := []note.Verifier{log}
	for _, vkey := range witnesses {
		one, err := witnessOf(vkey)
		if err != nil {
			return tlog.Tree{}, err
		}
		verifiers = append(verifiers, one)
	}
	opened, err := note.Open(body, note.VerifierList(verifiers...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != len(verifiers) {
		return tlog.Tree{}, fmt.Errorf("%d of %d signed", len(opened.Sigs), len(verifiers))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != log.Name() {
		return tlog.Tree{}, errors.New("this is no checkpoint of that log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func verify(files folder, key, older string, every int64, witnesses []string) (string, error) {
	now, err := tree(files.path("checkpoint"), key, witnesses)
	if err != nil {
		return "", err
	}
	hashes := tlog.TileHashReader(now, files)
	proved := 0
	for index := int64(0); index < now.N; index += every {
		entry, err := files.entry(index, now.N)
		if err != nil {
			return "", err
		}
		proof, err := tlog.ProveRecord(now.N, index, hashes)
		if err != nil {
			return "", fmt.Errorf("entry %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, now.N, now.Hash, index, tlog.RecordHash(entry)); err != nil {
			return "", fmt.Errorf("entry %d: %w", index, err)
		}
		proved++
	}
	said := fmt.Sprintf("%d entries, %d inclusions", now.N, proved)
	if older == "" {
		return said, nil
	}
	before, err := tree(older, key, nil)
	if err != nil {
		return "", err
	}
	proof, err := tlog.ProveTree(now.N, before.N, hashes)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckTree(proof, now.N, now.Hash, before.N, before.Hash); err != nil {
		return "", fmt.Errorf("consistency: %w", err)
	}
	return fmt.Sprintf("%s, %d is the beginning of %d", said, before.N, now.N), nil
}

// checked reads the keys that were given, by themselves or as files, and verifies the log by them.
func checked(files folder, given, older string, every int64, trusted []string) (string, error) {
	key, err := keyOf(given)
	if err != nil {
		return "", err
	}
	var witnesses []string
	for _, one := range trusted {
		found, err := keysOf(one)
		if err != nil {
			return "", err
		}
		witnesses = append(witnesses, found...)
	}
	return verify(files, key, older, every, witnesses)
}

type keys []string

func (k *keys) String() string     { return "" }
func (k *keys) Set(s string) error { *k = append(*k, s); return nil }

func main() {
	every := flag.Int64("every", 1, "prove each so-many-th entry")
	older := flag.String("older", "", "an older checkpoint of the same log")
	var witnesses keys
	flag.Var(&witnesses, "witness", "the key of a witness that must have cosigned, or a file of them")
	flag.Parse()
	if flag.NArg() != 2 || *every < 1 {
		fmt.Fprintln(os.Stderr, "verify [-every K] [-older CHECKPOINT] [-witness KEY|FILE]... FOLDER KEY|FILE")
		os.Exit(2)
	}
	said, err := checked(folder(flag.Arg(0)), flag.Arg(1), *older, *every, witnesses)
	var not unreadable
	if errors.As(err, &not) {
		fmt.Fprintln(os.Stderr, "cannot be read:", err)
		os.Exit(2)
	}
	if err != nil {
		fmt.Println("does not hold:", err)
		os.Exit(1)
	}
	fmt.Println("holds:", said)
}
