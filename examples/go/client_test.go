package shop_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"example.com/shop"
	"example.com/shop/issuertest"
)

type object = map[string]any

// userinfo gives the status and the sub that a new token of alice has after a time.
func userinfo(t *testing.T, issuer *issuertest.Issuer, after string) (int, string) {
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	issuer.Control("POST", "tokens", object{"client": "web", "user": "alice", "scope": "openid"}, &tokens)
	issuer.Control("POST", "clock", object{"advance": after}, nil)
	request, err := http.NewRequest("GET", issuer.Clients["web"].UserinfoEndpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+tokens.AccessToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var user struct{ Sub string }
	if err := json.NewDecoder(response.Body).Decode(&user); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, user.Sub
}

func machineToken(issuer *issuertest.Issuer) (string, error) {
	machine := issuer.Clients["machine"]
	return shop.MachineToken(machine.TokenEndpoint, machine.ClientID, machine.ClientSecret)
}

type journal struct {
	Entries []struct {
		Status          int
		Decision, Error string
	}
}

func TestTokenExpiresAfterTwentyMinutes(t *testing.T) {
	issuer := issuertest.Start(t)
	if status, sub := userinfo(t, issuer, "19m"); status != 200 || sub != "alice" {
		t.Errorf("after 19 minutes: %d %q", status, sub)
	}
	if status, _ := userinfo(t, issuer, "20m"); status != 400 {
		t.Errorf("after 20 minutes: %d", status)
	}
}

func TestClientAsksAgainAfterA503(t *testing.T) {
	issuer := issuertest.Start(t)
	issuer.Control("POST", "faults", object{"endpoint": "token", "fail": 503, "times": 2}, nil)
	if token, err := machineToken(issuer); err != nil || !strings.HasPrefix(token, "AT") {
		t.Errorf("%q, %v", token, err)
	}
	var said journal
	issuer.Control("GET", "journal?endpoint=token", nil, &said)
	statuses := []int{}
	for _, entry := range said.Entries {
		statuses = append(statuses, entry.Status)
	}
	if !reflect.DeepEqual(statuses, []int{503, 503, 200}) {
		t.Errorf("the journal has %v", statuses)
	}
}

func TestClientTakesNoHostileAnswer(t *testing.T) {
	issuer := issuertest.Start(t)
	for _, name := range []string{"access_token_missing", "access_token_number", "token_type_unknown"} {
		issuer.Control("POST", "hostile", object{"case": name}, nil)
		if token, err := machineToken(issuer); err == nil {
			t.Errorf("%s: %q was taken", name, token)
		}
	}
	if _, err := machineToken(issuer); err != nil {
		t.Errorf("an honest answer: %v", err)
	}
}

func TestJournalSaysWhyASecretWasRefused(t *testing.T) {
	issuer := issuertest.Start(t)
	machine := issuer.Clients["machine"]
	if _, err := shop.MachineToken(machine.TokenEndpoint, machine.ClientID, "wrong"); err == nil {
		t.Error("a wrong secret was taken")
	}
	var said journal
	issuer.Control("GET", "journal?endpoint=token", nil, &said)
	if entries := said.Entries; len(entries) != 1 || entries[0].Decision != "refused" || entries[0].Error != "invalid_client" {
		t.Errorf("the journal has %v", entries)
	}
}
