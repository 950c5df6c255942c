import { generateKeyPairSync, sign } from "node:crypto";

/** A key and a certificate that nobody vouches for, made anew: X.509 v1 (RFC 5280), for 127.0.0.1 by name alone. */
export function createSelfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = sequence(Buffer.from("06082a8648ce3d040302", "hex"));
  const commonName = Buffer.from("0603550403", "hex");
  const name = sequence(encode(0x31, sequence(commonName, encode(0x0c, Buffer.from("127.0.0.1")))));
  const validity = sequence(encode(0x17, Buffer.from("250101000000Z")), encode(0x17, Buffer.from("491231235959Z")));
  const body = sequence(encode(0x02, Buffer.of(1)), ecdsaWithSha256, name, validity, name, publicKey.export({ type: "spki", format: "der" }));
  const signature = encode(0x03, Buffer.concat([Buffer.of(0), sign("sha256", body, privateKey)]));
  const certificate = sequence(body, ecdsaWithSha256, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return encode(0x30, Buffer.concat(parts));
}

/** One DER value: tag, length, content. */
function encode(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
