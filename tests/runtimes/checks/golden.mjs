// What a test issuer of the seed "golden" gives, as SHA-256; a test in Rust reads it as JSON. Written by update-golden.mjs.
export const GOLDEN = {
  "sha256": "4a06114561d76e58f8df2f8da8db48f4517b3189804b9c0355eafc89c26f1c59",
  "runs": [
    {
      "signing": "RS256",
      "steps": [
        {
          "method": "GET",
          "url": "https://issuer.test/v2/idaas_test/web/oidc/.well-known/openid-configuration",
          "headers": [],
          "sha256": "54f8625b93fc0f3215eff5c444ab1114f44b14414a638b672269f4d3ed77c9c7"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/v2/idaas_test/web/oidc/jwks",
          "headers": [],
          "sha256": "3ad3f461a9c7de17dd7e1d00f7c89688a03fee7431e8c679d9b412ef52288c02"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/login/app/web/oauth2/authorize?response_type=code&client_id=web&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&scope=openid+profile+email+offline_access+api&state=state&nonce=nonce&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
          "headers": [],
          "sha256": "eae8c8b19b933206f893fbe2da0ee1e53833566a1d986e2c0d5bc732e2e9abf9"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/login/app/web/oauth2/login",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRcmdLMZT2cPhiMys1S2gUETCgswFUa3Y2YWeZByuXj87RRc11JR3xhph5EKndBuCk1mHzUD9DHDQGU3c"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "origin",
              "https://issuer.test"
            ]
          ],
          "body": "transaction=TXJQctnyGfSfZjoKkgkTwPDAPqGc223n6BGJJccPQKnPBsNDghG21mBpCAzPRDmAa9aD55sfkoNTYVgbZXWEjkQxTHMYoSEMvW7LwHxzuxLDeysUjeirriKEmzz7GJ9Xe2RkXvdqpLadqcdQJRTwue4QFs6VcFXgxodBb9kBCtJJq29vLER3pyukm977VT7FGGdhMVxEangjXQWckxx8YnZnd1oGgWKzfRA8R3vXECSphoBTYwtQKn4HcJp3CAgfpRiYzTuwNdVSqLB9iQgVkKZL4RT8VNPxce4T3Q3pmWz2b&username=alice&password=alice-password",
          "sha256": "dd321fb76a74cb51a83a3a729783c0704ba1ea2f81e674c67345fe1d7d312d4f"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "grant_type=authorization_code&code=CORRvSxXGz2HDi3HgWQajqcEVkbKMC6S4ELJZ9BoDGSm5sWaVgoghLBZsHWueG8gzSvsjHEyiRjkCCVamNpGL9RFwxgA1mUKw8ay26Patek3DmvzGN6E6jcgmEu4sv5zSV7h7BG8XUvTFzmhhAYKL98hdF9sQvboSiDVeSdhL5Aj8GiVQ8QV2mrdyp11gAEZQxKto7pXWAGB8uNYHus7BFBGk7cxVsZKETFwbqncaP1wCy981YbXNXc7R7ocPUAcfonchtVYqNimYyP6HEidbaKk84HvHzq8Sgayrxwu1HX4DWWUjJZm3E7fc69nLm2BTQrWHscvXqcU&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
          "sha256": "7b3eb43c82052d05a03c3d1ff1175f3a53fb72d476787016931efe50e7eec2f9"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/userinfo",
          "headers": [
            [
              "authorization",
              "Bearer ATD7b1Lm38FaSdBNtrEoVytyFdUsBShcmUV1yyBSwoY3Gja9vHKVccLQB5AUGFufHJSwQuFueTvqq5agkei9tms1rHjmrmMN47MoobcPLL8ZPSuP7CGfMTGRE4f3BomeotwHtWUdrKekmGp6B9bLCr4s3t5sPA55uvFVtiHJ3gfTXJqKQRcEkeq2XmEyYZMkDKSuoCh2QR2K2op1csPCUv"
            ]
          ],
          "sha256": "dd92b2d7e1fabfccfed240cbbea3fcccc2d773fd16487fef3e1dea6aa7e80bfb"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/introspect",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "token=ATD7b1Lm38FaSdBNtrEoVytyFdUsBShcmUV1yyBSwoY3Gja9vHKVccLQB5AUGFufHJSwQuFueTvqq5agkei9tms1rHjmrmMN47MoobcPLL8ZPSuP7CGfMTGRE4f3BomeotwHtWUdrKekmGp6B9bLCr4s3t5sPA55uvFVtiHJ3gfTXJqKQRcEkeq2XmEyYZMkDKSuoCh2QR2K2op1csPCUv",
          "sha256": "893020a02b3f4d3b1300fede86efc74dbda657e6dafc4e48edf165d23962da17"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "grant_type=refresh_token&refresh_token=RTC93mmvvKgVGCqCex9z6tUucD9RwF7PR75Gt4oJEPr64iH5kx3Ua488Mc8q8MotsDzqijHQNjiVMM8gPy73mfF4mCP1BadcbatScRQHoEoWCsktfQnW9h52VgPjC7jjeuwHYxEdWYhKMS429UEHRRuof7fEBdbt4SAYe9HhmbJucHKswqXmPk5HCdEaV3uYEJ4x9PkcPUgp6xUU3KgezHiG6ejnGm6TkTK5ApRbUh9EfVV6Twcn2D",
          "sha256": "2f13963c2c457668262091a95cb6557fd7fce7c655dde58512f2b40b80b7227b"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "grant_type=password&username=bob&password=bob-password&scope=openid",
          "sha256": "e0aead50e966f3412354ae4dbdf705a31aea960fdc82708c5d2a75db8fa662a7"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/device/oauth2/device/code",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "client_id=device&scope=openid+profile+email+offline_access+api",
          "sha256": "4ecef44818bb714e841ed49a646c9c89c30f54ef71044b6d1f3d046e01c584d6"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/device/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DCAK5H2Poyvs5XNrsrLj7A9BNLRK3jRQzncfRya6ic7ENFbYRBkZgSPvXcC7gPw99BsBZZQHs5ib5ZSYvFUTZGVy4RQJUWVCbXrR8Q32shsGHR3Q4S&client_id=device",
          "sha256": "ce3eb58c7aaa35a9666516cd7c679ce1abf71c51e2952554c84a01b50fa3da4a"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/login/app/device/oauth2/device",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRPrq5skD2Mi5dQ3AiusbUo2UvDWxoxRyME55Pc4CaKx3Uff2wxnqY46pRZy8qSyVnyuZ7LsU3DQryxaJxKnfhSCRs4U; __Host-eiam_session=SEFSSVnQPvbUi52Y2oFJg2BX4C6LwLu6sPVj758Kj38SiUQbqcooLEtFjCHPVZpWuPJsQMaZi1Ja4ms4N"
            ]
          ],
          "sha256": "9b1e7de07e55b6f347033b04272dfd10fa4fccc6483a8f4681a6294bd77ab387"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/login/app/device/oauth2/device",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRPrq5skD2Mi5dQ3AiusbUo2UvDWxoxRyME55Pc4CaKx3Uff2wxnqY46pRZy8qSyVnyuZ7LsU3DQryxaJxKnfhSCRs4U; __Host-eiam_session=SEFSSVnQPvbUi52Y2oFJg2BX4C6LwLu6sPVj758Kj38SiUQbqcooLEtFjCHPVZpWuPJsQMaZi1Ja4ms4N"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "origin",
              "https://issuer.test"
            ]
          ],
          "body": "ui_locales=en&user_code=BTWD-KGHJ",
          "sha256": "f7363e2abcf9bc55a58f7e44bba5d64431543537e5e288042cd129b041e06d5c"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/login/app/device/oauth2/decision",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRPrq5skD2Mi5dQ3AiusbUo2UvDWxoxRyME55Pc4CaKx3Uff2wxnqY46pRZy8qSyVnyuZ7LsU3DQryxaJxKnfhSCRs4U; __Host-eiam_session=SEFSSVnQPvbUi52Y2oFJg2BX4C6LwLu6sPVj758Kj38SiUQbqcooLEtFjCHPVZpWuPJsQMaZi1Ja4ms4N"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "origin",
              "https://issuer.test"
            ]
          ],
          "body": "transaction=TXfAFB7F4xH6V2oLFvHHHXMDbZ1e9kFa1jWHDubRiWqBdZQd7hooXJRTNTQsGFwg4d921Nt1qVTvKQMi51cR7qr46hRbmHB8Uz2WiPnJnPpHohDu3Jgo7DA4CdjCos57YBXePMecuKRB5Lf2fNeqm2rRptRkBE78AQz&decision=allow",
          "sha256": "439f8ed72e83e32418417c2f47d16049787c232a90032317298c6bbc2b53ca9c"
        },
        {
          "advance": 600
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/device/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DCAK5H2Poyvs5XNrsrLj7A9BNLRK3jRQzncfRya6ic7ENFbYRBkZgSPvXcC7gPw99BsBZZQHs5ib5ZSYvFUTZGVy4RQJUWVCbXrR8Q32shsGHR3Q4S&client_id=device",
          "sha256": "8575acd2ce544b75f9b6259f4a24cdd35fba5c894c8c53eda10876cf1099e8bf"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/machine/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=client_credentials&client_id=machine&client_secret=CSmachineSecretThatEverybodyKnows123456&scope=api",
          "sha256": "d422723b36d11fcf7fad7409a3527b5b03e50a3af22171279bb5d30da502a0f1"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/login/app/spa/oauth2/authorize?response_type=code&client_id=spa&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&scope=openid+profile+email+offline_access+api&state=state&nonce=nonce&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
          "headers": [],
          "sha256": "be04a548778893699d413270c348b774442f81fb5b3a2bd3499fb1d18defd45f"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/login/app/spa/oauth2/login",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRTxgJeGwAmzo4YZACvLwvqTMiBhBe6KJkeJGjtw21x2nUCWPUTmJUQSK71tnko28tGYdKmQzvzzpvv1U"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "origin",
              "https://issuer.test"
            ]
          ],
          "body": "transaction=TXBctETuCY62zBPxqMT4LVrNBkrGf6ut9gJK1JENZgXffbVXENee2V989hTVYwhr8XGrUfmp1NtJyiyV1wLDD7YsJ9Aom6QTRTjJCJX4JqrY7YvhhFtiDwZpCvnDWxYkdhKd7qd67oHFHtZ5WgR77PQCHCuELCbgvVtN7nYX3JCsSjg3uN5d5KVG951AVKFRmLk2ise5Mpo3PZJPqnMFXr8ksHpxa2C8SYde6KW8H22preKAZh6cDBjQJpKtadEjgdR176j9oJVZVTJsQ2a1WLj4kkpab3PKAy7WDLFT8sq1k&username=bob&password=bob-password",
          "sha256": "e1aa8600764bb6d2108e6f3658623def3235225009b2b0b483736e6d03454194"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/spa/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=authorization_code&code=COYhsP3AecyPZYAb4HgPsUuUfBtztTDJx7CH37DgdPHC3vhsTBxoz6ftgN5yvYXadhiR1FPquWYqf9KL6SomndL6gabz9oqgSNW8t8ZWDdsup1Jo7t7dSJCwjjvcYWny4UpoyxW4vcFGVzbUBGCfwNToCXAFJ9Lujv36YT1Kib3WA7PME4PDjyqGwDfFiBUNR7oUmnFkREbbvooAPmdfcbQPUThy9FLrXh2wbVzRuXQo3a9MHaU52rJbYZxFT45FczvvwnvFqn3qWcdraATCsJ5iH31G1v2mbWkYP7auPAyFDL4hPYJUZ9Q2N1ehALoKb2BxoTpm8h&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&client_id=spa",
          "sha256": "f6b4b2013584c7f37211b4d83db4a89be40d0b6dbcaf5366d214fe9d29ccad0d"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/spa/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=authorization_code&code=COYhsP3AecyPZYAb4HgPsUuUfBtztTDJx7CH37DgdPHC3vhsTBxoz6ftgN5yvYXadhiR1FPquWYqf9KL6SomndL6gabz9oqgSNW8t8ZWDdsup1Jo7t7dSJCwjjvcYWny4UpoyxW4vcFGVzbUBGCfwNToCXAFJ9Lujv36YT1Kib3WA7PME4PDjyqGwDfFiBUNR7oUmnFkREbbvooAPmdfcbQPUThy9FLrXh2wbVzRuXQo3a9MHaU52rJbYZxFT45FczvvwnvFqn3qWcdraATCsJ5iH31G1v2mbWkYP7auPAyFDL4hPYJUZ9Q2N1ehALoKb2BxoTpm8h&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&client_id=spa",
          "sha256": "a02f09c8ee6f8a9676521610f4181024932e7d7fd0c87b748eeb23f5c26ef0b9"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/revoke",
          "headers": [
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "token=RTgW41EP82W3wUKmNc1CKCps3vDC286QFkDEuiGrLrTiFwayYpoYpeeBLdAi6H1K7tfAN2AfuWmPj5b3fNFboMArosdi18Ayfe3FDcG4SNyjrpNXTM6ybUF1TdP6cb5kePjecDT8frNnNDPsLZhsTg2pP8MK3FWoy1nNR8c3EpTAnpBYFXLCsfbkdaSLc9sKjtzAwfS3hEE3wMJbZjkgwonJG6V5q61HEJXXnUKuWYAnV2nE1ZZg3s",
          "sha256": "a492d17787e2bf0fdf2bc2f961a43388d37248eeadd9af3b39ba201a8777dd3a"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "grant_type=refresh_token&refresh_token=RTgW41EP82W3wUKmNc1CKCps3vDC286QFkDEuiGrLrTiFwayYpoYpeeBLdAi6H1K7tfAN2AfuWmPj5b3fNFboMArosdi18Ayfe3FDcG4SNyjrpNXTM6ybUF1TdP6cb5kePjecDT8frNnNDPsLZhsTg2pP8MK3FWoy1nNR8c3EpTAnpBYFXLCsfbkdaSLc9sKjtzAwfS3hEE3wMJbZjkgwonJG6V5q61HEJXXnUKuWYAnV2nE1ZZg3s",
          "sha256": "4030752e0cd05ff69b86c4cba115e139a91e15f679262fbdedd209e231d24312"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/login/app/web/oauth2/logout?id_token_hint=eyJraWQiOiJldmVyeWJvZHkta25vd3MtUlMyNTYiLCJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0L3YyL2lkYWFzX3Rlc3Qvd2ViL29pZGMiLCJzdWIiOiJhbGljZSIsImF1ZCI6IndlYiIsImV4cCI6MTkwMDAwMDMwMCwiaWF0IjoxOTAwMDAwMDAwLCJqdGkiOiJCRkRENThDNy00RUM4LTRBNzctOTQxRi1BM0M1QTU2NTg0OEEiLCJhdXRoX3RpbWUiOjE5MDAwMDAwMDAsIm5vbmNlIjoibm9uY2UiLCJhdF9oYXNoIjoiQlkxbWNXT1ZLbi16M3AxUVZRbnBNQSIsInNpZCI6IjBGbVB2NUFVOW8xZzVTa2hPSWg0M0EiLCJuYW1lIjoiQWxpY2UiLCJwcmVmZXJyZWRfdXNlcm5hbWUiOiJhbGljZSIsImVtYWlsIjoiYWxpY2VAZXhhbXBsZS5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.V3bMxePDmsirpJbxPvnyhflLQG_f_IWBfaDTzmWmTWvmPMLDO-HsiQQ5fDgdLwz-INjox9K7WGLCgSnGYEobXWVRQ2I2xFbl1-pqqOtYm2LAHq8jW2borMKsVhNcxM_SWJcQmtHt1THh_fGkO5XXGNze5VD8ArELffVYvXvsF0CPjfGRerJXOJ1rkfP03n8SxSPi5_nWptzOPUvYfMGNp_Elf_Ph7SPitKDkOrHT89QXAbEKuYKdNhunAIrKK8V1-hmsGaQV6f_x5YfrGHgjtUPKU5K95iFV5h65Kmtxb69fghstm3Pzdm9Io_12RP6sEeUr0t2pTKMil0NFnftJfQ",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRPrq5skD2Mi5dQ3AiusbUo2UvDWxoxRyME55Pc4CaKx3Uff2wxnqY46pRZy8qSyVnyuZ7LsU3DQryxaJxKnfhSCRs4U; __Host-eiam_session=SEFSSVnQPvbUi52Y2oFJg2BX4C6LwLu6sPVj758Kj38SiUQbqcooLEtFjCHPVZpWuPJsQMaZi1Ja4ms4N"
            ]
          ],
          "sha256": "dbe4f57a094a9f07d379bfd92ecdf66c13a10b66a048a0d554f4d4820d67e441"
        }
      ]
    },
    {
      "signing": "EdDSA",
      "steps": [
        {
          "method": "GET",
          "url": "https://issuer.test/v2/idaas_test/web/oidc/.well-known/openid-configuration",
          "headers": [],
          "sha256": "292a20a6fe97ea653c219b1cc096b0e401dc806e076d74690aa0f75042150b73"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/v2/idaas_test/web/oidc/jwks",
          "headers": [],
          "sha256": "13699fb7f404c2d4fd41548997345cd6078d9c7141461fc5b1e8e74ea0c44831"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/login/app/web/oauth2/authorize?response_type=code&client_id=web&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&scope=openid+profile+email+offline_access+api&state=state&nonce=nonce&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
          "headers": [],
          "sha256": "eae8c8b19b933206f893fbe2da0ee1e53833566a1d986e2c0d5bc732e2e9abf9"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/login/app/web/oauth2/login",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRcmdLMZT2cPhiMys1S2gUETCgswFUa3Y2YWeZByuXj87RRc11JR3xhph5EKndBuCk1mHzUD9DHDQGU3c"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "origin",
              "https://issuer.test"
            ]
          ],
          "body": "transaction=TXJQctnyGfSfZjoKkgkTwPDAPqGc223n6BGJJccPQKnPBsNDghG21mBpCAzPRDmAa9aD55sfkoNTYVgbZXWEjkQxTHMYoSEMvW7LwHxzuxLDeysUjeirriKEmzz7GJ9Xe2RkXvdqpLadqcdQJRTwue4QFs6VcFXgxodBb9kBCtJJq29vLER3pyukm977VT7FGGdhMVxEangjXQWckxx8YnZnd1oGgWKzfRA8R3vXECSphoBTYwtQKn4HcJp3CAgfpRiYzTuwNdVSqLB9iQgVkKZL4RT8VNPxce4T3Q3pmWz2b&username=alice&password=alice-password",
          "sha256": "dd321fb76a74cb51a83a3a729783c0704ba1ea2f81e674c67345fe1d7d312d4f"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "grant_type=authorization_code&code=CORRvSxXGz2HDi3HgWQajqcEVkbKMC6S4ELJZ9BoDGSm5sWaVgoghLBZsHWueG8gzSvsjHEyiRjkCCVamNpGL9RFwxgA1mUKw8ay26Patek3DmvzGN6E6jcgmEu4sv5zSV7h7BG8XUvTFzmhhAYKL98hdF9sQvboSiDVeSdhL5Aj8GiVQ8QV2mrdyp11gAEZQxKto7pXWAGB8uNYHus7BFBGk7cxVsZKETFwbqncaP1wCy981YbXNXc7R7ocPUAcfonchtVYqNimYyP6HEidbaKk84HvHzq8Sgayrxwu1HX4DWWUjJZm3E7fc69nLm2BTQrWHscvXqcU&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
          "sha256": "6ff7e3cc221483bf9e67f6b898e044ad553be3fa5c01f241eeeaf0c3a7c7021d"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/userinfo",
          "headers": [
            [
              "authorization",
              "Bearer ATD7b1Lm38FaSdBNtrEoVytyFdUsBShcmUV1yyBSwoY3Gja9vHKVccLQB5AUGFufHJSwQuFueTvqq5agkei9tms1rHjmrmMN47MoobcPLL8ZPSuP7CGfMTGRE4f3BomeotwHtWUdrKekmGp6B9bLCr4s3t5sPA55uvFVtiHJ3gfTXJqKQRcEkeq2XmEyYZMkDKSuoCh2QR2K2op1csPCUv"
            ]
          ],
          "sha256": "dd92b2d7e1fabfccfed240cbbea3fcccc2d773fd16487fef3e1dea6aa7e80bfb"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/introspect",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "token=ATD7b1Lm38FaSdBNtrEoVytyFdUsBShcmUV1yyBSwoY3Gja9vHKVccLQB5AUGFufHJSwQuFueTvqq5agkei9tms1rHjmrmMN47MoobcPLL8ZPSuP7CGfMTGRE4f3BomeotwHtWUdrKekmGp6B9bLCr4s3t5sPA55uvFVtiHJ3gfTXJqKQRcEkeq2XmEyYZMkDKSuoCh2QR2K2op1csPCUv",
          "sha256": "893020a02b3f4d3b1300fede86efc74dbda657e6dafc4e48edf165d23962da17"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "grant_type=refresh_token&refresh_token=RTC93mmvvKgVGCqCex9z6tUucD9RwF7PR75Gt4oJEPr64iH5kx3Ua488Mc8q8MotsDzqijHQNjiVMM8gPy73mfF4mCP1BadcbatScRQHoEoWCsktfQnW9h52VgPjC7jjeuwHYxEdWYhKMS429UEHRRuof7fEBdbt4SAYe9HhmbJucHKswqXmPk5HCdEaV3uYEJ4x9PkcPUgp6xUU3KgezHiG6ejnGm6TkTK5ApRbUh9EfVV6Twcn2D",
          "sha256": "3591cd7c16f44dc991f564d5b557b67cb9946174f71b6ded037e30d908bc7906"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "grant_type=password&username=bob&password=bob-password&scope=openid",
          "sha256": "c5196f2ec3923fa65decdcf171e796bc4f79264cef9cec4e6066011efbcbe538"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/device/oauth2/device/code",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "client_id=device&scope=openid+profile+email+offline_access+api",
          "sha256": "4ecef44818bb714e841ed49a646c9c89c30f54ef71044b6d1f3d046e01c584d6"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/device/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DCAK5H2Poyvs5XNrsrLj7A9BNLRK3jRQzncfRya6ic7ENFbYRBkZgSPvXcC7gPw99BsBZZQHs5ib5ZSYvFUTZGVy4RQJUWVCbXrR8Q32shsGHR3Q4S&client_id=device",
          "sha256": "ce3eb58c7aaa35a9666516cd7c679ce1abf71c51e2952554c84a01b50fa3da4a"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/login/app/device/oauth2/device",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRPrq5skD2Mi5dQ3AiusbUo2UvDWxoxRyME55Pc4CaKx3Uff2wxnqY46pRZy8qSyVnyuZ7LsU3DQryxaJxKnfhSCRs4U; __Host-eiam_session=SEFSSVnQPvbUi52Y2oFJg2BX4C6LwLu6sPVj758Kj38SiUQbqcooLEtFjCHPVZpWuPJsQMaZi1Ja4ms4N"
            ]
          ],
          "sha256": "9b1e7de07e55b6f347033b04272dfd10fa4fccc6483a8f4681a6294bd77ab387"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/login/app/device/oauth2/device",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRPrq5skD2Mi5dQ3AiusbUo2UvDWxoxRyME55Pc4CaKx3Uff2wxnqY46pRZy8qSyVnyuZ7LsU3DQryxaJxKnfhSCRs4U; __Host-eiam_session=SEFSSVnQPvbUi52Y2oFJg2BX4C6LwLu6sPVj758Kj38SiUQbqcooLEtFjCHPVZpWuPJsQMaZi1Ja4ms4N"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "origin",
              "https://issuer.test"
            ]
          ],
          "body": "ui_locales=en&user_code=BTWD-KGHJ",
          "sha256": "f7363e2abcf9bc55a58f7e44bba5d64431543537e5e288042cd129b041e06d5c"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/login/app/device/oauth2/decision",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRPrq5skD2Mi5dQ3AiusbUo2UvDWxoxRyME55Pc4CaKx3Uff2wxnqY46pRZy8qSyVnyuZ7LsU3DQryxaJxKnfhSCRs4U; __Host-eiam_session=SEFSSVnQPvbUi52Y2oFJg2BX4C6LwLu6sPVj758Kj38SiUQbqcooLEtFjCHPVZpWuPJsQMaZi1Ja4ms4N"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "origin",
              "https://issuer.test"
            ]
          ],
          "body": "transaction=TXfAFB7F4xH6V2oLFvHHHXMDbZ1e9kFa1jWHDubRiWqBdZQd7hooXJRTNTQsGFwg4d921Nt1qVTvKQMi51cR7qr46hRbmHB8Uz2WiPnJnPpHohDu3Jgo7DA4CdjCos57YBXePMecuKRB5Lf2fNeqm2rRptRkBE78AQz&decision=allow",
          "sha256": "439f8ed72e83e32418417c2f47d16049787c232a90032317298c6bbc2b53ca9c"
        },
        {
          "advance": 600
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/device/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DCAK5H2Poyvs5XNrsrLj7A9BNLRK3jRQzncfRya6ic7ENFbYRBkZgSPvXcC7gPw99BsBZZQHs5ib5ZSYvFUTZGVy4RQJUWVCbXrR8Q32shsGHR3Q4S&client_id=device",
          "sha256": "8a8f1b71b672d2ea33d58b5fceb2502818e0102ad0c238681192e6ab9b001fb2"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/machine/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=client_credentials&client_id=machine&client_secret=CSmachineSecretThatEverybodyKnows123456&scope=api",
          "sha256": "d422723b36d11fcf7fad7409a3527b5b03e50a3af22171279bb5d30da502a0f1"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/login/app/spa/oauth2/authorize?response_type=code&client_id=spa&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&scope=openid+profile+email+offline_access+api&state=state&nonce=nonce&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
          "headers": [],
          "sha256": "be04a548778893699d413270c348b774442f81fb5b3a2bd3499fb1d18defd45f"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/login/app/spa/oauth2/login",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRTxgJeGwAmzo4YZACvLwvqTMiBhBe6KJkeJGjtw21x2nUCWPUTmJUQSK71tnko28tGYdKmQzvzzpvv1U"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "origin",
              "https://issuer.test"
            ]
          ],
          "body": "transaction=TXBctETuCY62zBPxqMT4LVrNBkrGf6ut9gJK1JENZgXffbVXENee2V989hTVYwhr8XGrUfmp1NtJyiyV1wLDD7YsJ9Aom6QTRTjJCJX4JqrY7YvhhFtiDwZpCvnDWxYkdhKd7qd67oHFHtZ5WgR77PQCHCuELCbgvVtN7nYX3JCsSjg3uN5d5KVG951AVKFRmLk2ise5Mpo3PZJPqnMFXr8ksHpxa2C8SYde6KW8H22preKAZh6cDBjQJpKtadEjgdR176j9oJVZVTJsQ2a1WLj4kkpab3PKAy7WDLFT8sq1k&username=bob&password=bob-password",
          "sha256": "e1aa8600764bb6d2108e6f3658623def3235225009b2b0b483736e6d03454194"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/spa/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=authorization_code&code=COYhsP3AecyPZYAb4HgPsUuUfBtztTDJx7CH37DgdPHC3vhsTBxoz6ftgN5yvYXadhiR1FPquWYqf9KL6SomndL6gabz9oqgSNW8t8ZWDdsup1Jo7t7dSJCwjjvcYWny4UpoyxW4vcFGVzbUBGCfwNToCXAFJ9Lujv36YT1Kib3WA7PME4PDjyqGwDfFiBUNR7oUmnFkREbbvooAPmdfcbQPUThy9FLrXh2wbVzRuXQo3a9MHaU52rJbYZxFT45FczvvwnvFqn3qWcdraATCsJ5iH31G1v2mbWkYP7auPAyFDL4hPYJUZ9Q2N1ehALoKb2BxoTpm8h&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&client_id=spa",
          "sha256": "f0d09e8880a9f213fed888bfdd6135ece4aa2927a8a118101dcb728406c1d6f3"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/spa/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "grant_type=authorization_code&code=COYhsP3AecyPZYAb4HgPsUuUfBtztTDJx7CH37DgdPHC3vhsTBxoz6ftgN5yvYXadhiR1FPquWYqf9KL6SomndL6gabz9oqgSNW8t8ZWDdsup1Jo7t7dSJCwjjvcYWny4UpoyxW4vcFGVzbUBGCfwNToCXAFJ9Lujv36YT1Kib3WA7PME4PDjyqGwDfFiBUNR7oUmnFkREbbvooAPmdfcbQPUThy9FLrXh2wbVzRuXQo3a9MHaU52rJbYZxFT45FczvvwnvFqn3qWcdraATCsJ5iH31G1v2mbWkYP7auPAyFDL4hPYJUZ9Q2N1ehALoKb2BxoTpm8h&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&client_id=spa",
          "sha256": "a02f09c8ee6f8a9676521610f4181024932e7d7fd0c87b748eeb23f5c26ef0b9"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/revoke",
          "headers": [
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ],
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ]
          ],
          "body": "token=RTgW41EP82W3wUKmNc1CKCps3vDC286QFkDEuiGrLrTiFwayYpoYpeeBLdAi6H1K7tfAN2AfuWmPj5b3fNFboMArosdi18Ayfe3FDcG4SNyjrpNXTM6ybUF1TdP6cb5kePjecDT8frNnNDPsLZhsTg2pP8MK3FWoy1nNR8c3EpTAnpBYFXLCsfbkdaSLc9sKjtzAwfS3hEE3wMJbZjkgwonJG6V5q61HEJXXnUKuWYAnV2nE1ZZg3s",
          "sha256": "a492d17787e2bf0fdf2bc2f961a43388d37248eeadd9af3b39ba201a8777dd3a"
        },
        {
          "method": "POST",
          "url": "https://issuer.test/v2/idaas_test/web/oauth2/token",
          "headers": [
            [
              "content-type",
              "application/x-www-form-urlencoded"
            ],
            [
              "authorization",
              "Basic d2ViOkNTd2ViU2VjcmV0VGhhdEV2ZXJ5Ym9keUtub3dzMTIzNDU2"
            ]
          ],
          "body": "grant_type=refresh_token&refresh_token=RTgW41EP82W3wUKmNc1CKCps3vDC286QFkDEuiGrLrTiFwayYpoYpeeBLdAi6H1K7tfAN2AfuWmPj5b3fNFboMArosdi18Ayfe3FDcG4SNyjrpNXTM6ybUF1TdP6cb5kePjecDT8frNnNDPsLZhsTg2pP8MK3FWoy1nNR8c3EpTAnpBYFXLCsfbkdaSLc9sKjtzAwfS3hEE3wMJbZjkgwonJG6V5q61HEJXXnUKuWYAnV2nE1ZZg3s",
          "sha256": "4030752e0cd05ff69b86c4cba115e139a91e15f679262fbdedd209e231d24312"
        },
        {
          "method": "GET",
          "url": "https://issuer.test/login/app/web/oauth2/logout?id_token_hint=eyJraWQiOiJLRVlnVzVsX1UtOHV0SWEtQjh3YWt5SnFhaHRhN3ZSRWtXbnNLbTZrazdRU19nIiwidHlwIjoiSldUIiwiYWxnIjoiRWREU0EifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0L3YyL2lkYWFzX3Rlc3Qvd2ViL29pZGMiLCJzdWIiOiJhbGljZSIsImF1ZCI6IndlYiIsImV4cCI6MTkwMDAwMDMwMCwiaWF0IjoxOTAwMDAwMDAwLCJqdGkiOiJCRkRENThDNy00RUM4LTRBNzctOTQxRi1BM0M1QTU2NTg0OEEiLCJhdXRoX3RpbWUiOjE5MDAwMDAwMDAsIm5vbmNlIjoibm9uY2UiLCJhdF9oYXNoIjoiQUZwUVp4a1dkdDJvTUJDUDZ0dUZFVHctUzhobFEtRE91VXVhSjM5RnVkMCIsInNpZCI6IjBGbVB2NUFVOW8xZzVTa2hPSWg0M0EiLCJuYW1lIjoiQWxpY2UiLCJwcmVmZXJyZWRfdXNlcm5hbWUiOiJhbGljZSIsImVtYWlsIjoiYWxpY2VAZXhhbXBsZS5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.UCXUkfS6bC6F-JO_WxE2VzMC3GsossFomba90xHKdCtwptdEWyXAMnxzd2h9KYpzRA93sMyOcD7bzgDyDCXTCw",
          "headers": [
            [
              "cookie",
              "__Host-eiam_browser=BRPrq5skD2Mi5dQ3AiusbUo2UvDWxoxRyME55Pc4CaKx3Uff2wxnqY46pRZy8qSyVnyuZ7LsU3DQryxaJxKnfhSCRs4U; __Host-eiam_session=SEFSSVnQPvbUi52Y2oFJg2BX4C6LwLu6sPVj758Kj38SiUQbqcooLEtFjCHPVZpWuPJsQMaZi1Ja4ms4N"
            ]
          ],
          "sha256": "dbe4f57a094a9f07d379bfd92ecdf66c13a10b66a048a0d554f4d4820d67e441"
        }
      ]
    }
  ],
  "acts": {
    "RS256": {
      "user": "40910fff0064955d507c62d8a925bc00812b1c43f6732a021734600c91fab9d2",
      "client": "f169aefb86f15e68e928bb8fcfa5ef11bd0eff602d3966f59603c042582a38f8",
      "device": "6c7fcf2301ecfd7bb9bd7da4ab322870ff5b4de38856fe628f2b446d67abf9c5",
      "cookies": "47f01dc508402e7a9ab2e29a8e4aeabbb7dc1fa1ecd3afc7147d94f777b0522f",
      "keys": "e6392d96ec98aadc0b3aa65680ebfecec5c1c429e2221f0fe66a32be612d8c6b",
      "later": "4b9a8e4ca4042835c98568a9345132fddaff88d59ecb9a7b77cd38afa98a727c"
    },
    "EdDSA": {
      "user": "30ae307616883ef2656e810ddbdc302b42dfd63d8dd60d48b4561c32d23a4a4b",
      "client": "f169aefb86f15e68e928bb8fcfa5ef11bd0eff602d3966f59603c042582a38f8",
      "device": "6c7fcf2301ecfd7bb9bd7da4ab322870ff5b4de38856fe628f2b446d67abf9c5",
      "cookies": "47f01dc508402e7a9ab2e29a8e4aeabbb7dc1fa1ecd3afc7147d94f777b0522f",
      "keys": "480514e3ac0e622f55fc7758c5f15a9d668d9641d70289fa71bcfc53449f7b15",
      "later": "6d8934f4f154d4466952d6daf9254db8152a5c213c3d72a5d0125059365046c3"
    }
  }
};
