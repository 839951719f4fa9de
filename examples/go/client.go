// Package shop gets tokens for itself.
package shop

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// MachineToken gets a token of the client itself. It asks again after a 503, and takes no answer that is none.
func MachineToken(tokenEndpoint, id, secret string) (string, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	response, err := http.PostForm(tokenEndpoint, form)
	for retries := 2; err == nil && response.StatusCode == http.StatusServiceUnavailable && retries > 0; retries-- {
		response.Body.Close()
		response, err = http.PostForm(tokenEndpoint, form)
	}
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var answer struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		Error       string `json:"error"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", errors.New(answer.Error)
	}
	if answer.AccessToken == "" || !strings.EqualFold(answer.TokenType, "Bearer") {
		return "", errors.New("the answer has no Bearer token")
	}
	return answer.AccessToken, nil
}
