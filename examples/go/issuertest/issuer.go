// Package issuertest starts issuers for tests, as net/http/httptest starts servers.
package issuertest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// An Issuer listens on a free port of 127.0.0.1.
type Issuer struct {
	URL     string
	Clients map[string]Client
	Users   map[string]User

	t       testing.TB
	control string
	token   string
}

// A Client is what an application is configured with.
type Client struct {
	Issuer, Discovery, ClientID, ClientSecret                       string
	AuthorizationEndpoint, TokenEndpoint, UserinfoEndpoint, JWKSURI string
}

// A User is somebody who can sign in.
type User struct{ UserID, Username, Password string }

// Start starts an issuer, which ends with the test.
func Start(t testing.TB) *Issuer {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	command := exec.Command("npx", "eiam-token", "issuer", "--control", "--port", "0", "--ready-file", ready)
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		command.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		if command.Process.Signal(syscall.SIGTERM) != nil {
			command.Process.Kill()
		}
		<-ended
	})
	for {
		if content, err := os.ReadFile(ready); err == nil {
			return newIssuer(t, content)
		}
		select {
		case <-ended:
			t.Fatal("the issuer did not start: it has said why")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func newIssuer(t testing.TB, ready []byte) *Issuer {
	issuer := &Issuer{t: t}
	private := struct{ Control, ControlToken string }{}
	for _, into := range []any{issuer, &private} {
		if err := json.Unmarshal(ready, into); err != nil {
			t.Fatal(err)
		}
	}
	issuer.control, issuer.token = private.Control, private.ControlToken
	return issuer
}

// Control sends a request to the control of the issuer, and puts what it answers into answer, unless that is nil.
func (issuer *Issuer) Control(method, path string, body, answer any) {
	issuer.t.Helper()
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			issuer.t.Fatal(err)
		}
	}
	request, err := http.NewRequest(method, issuer.control+"/"+path, &content)
	if err != nil {
		issuer.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+issuer.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		issuer.t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		issuer.t.Fatalf("%s %s: %s (%v)", method, path, said, err)
	}
	if answer != nil {
		if err := json.Unmarshal(said, answer); err != nil {
			issuer.t.Fatal(err)
		}
	}
}
