"""Mail written by programs that run here: Python, Node, Perl, Ruby and PHP libraries, and mail programs of the command line.

Each gets all of its letters at once as JSON beside their files, and writes one mail to a file for each. A program that
is not installed is named in `Libraries.missing`, and another writes its letters.
"""

import json
import os
import shutil
import socketserver
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from email.header import Header
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import TypedDict

from mailbag.clients import Letter
from mailbag.people import Person

_NODEMAILER = """
const fs = require('fs'); const Composer = require('nodemailer/lib/mail-composer');
const letters = JSON.parse(fs.readFileSync(process.argv[2]));
(async () => { for (const l of letters) {
  const m = new Composer({from: l.from, to: l.to, cc: l.cc, subject: l.subject, text: l.text, html: l.html || undefined,
    date: new Date(l.date), messageId: l.id, references: l.references || undefined, textEncoding: l.number % 2 ? 'base64' : undefined,
    attachments: l.files.map(f => ({filename: f.name, path: f.path, contentType: f.type, cid: f.cid || undefined}))}).compile();
  fs.writeFileSync(l.out, await m.build()); } })();
"""
_MIMETEXT = """
const fs = require('fs');
(async () => { const path = require('path'); const home = require('url').pathToFileURL(path.join(process.env.NODE_PATH, 'mimetext/dist/mimetext.node.es.js'));
const {createMimeMessage} = await import(home);
for (const l of JSON.parse(fs.readFileSync(process.argv[2]))) {
  const m = createMimeMessage(); m.setSender(l.from.name ? {name: l.from.name, addr: l.from.address} : l.from.address);
  m.setTo(l.to.map(p => p.name ? {name: p.name, addr: p.address} : p.address)); m.setSubject(l.subject);
  m.addMessage({contentType: 'text/plain', data: l.text}); if (l.html) m.addMessage({contentType: 'text/html', data: l.html});
  for (const f of l.files) m.addAttachment({filename: f.name, contentType: f.type, data: fs.readFileSync(f.path).toString('base64')});
  fs.writeFileSync(l.out, m.asRaw()); } })().catch(e => { console.error(e); process.exit(1) });
"""
_EMAILJS = """
const fs = require('fs'); const Node = require('emailjs-mime-builder').default || require('emailjs-mime-builder');
for (const l of JSON.parse(fs.readFileSync(process.argv[2]))) {
  const text = new Node('text/plain; charset=utf-8').setContent(l.text);
  let body = text, root;
  if (l.html) { body = new Node('multipart/alternative'); body.appendChild(text); body.createChild('text/html; charset=utf-8').setContent(l.html); }
  root = l.files.length ? new Node('multipart/mixed') : body;
  if (l.files.length) { root.appendChild(body);
    for (const f of l.files) root.createChild(f.type, {filename: f.name}).setContent(new Uint8Array(fs.readFileSync(f.path))); }
  root.setHeader({from: l.from.name ? `${l.from.name} <${l.from.address}>` : l.from.address,
    to: l.to.map(p => p.name ? `${p.name} <${p.address}>` : p.address).join(', '), subject: l.subject});
  fs.writeFileSync(l.out, root.build()); }
"""
_PERL_HEAD = """
use strict; use utf8; use JSON; use Encode; local $/; open(my $in, '<', $ARGV[0]); my $letters = decode_json(<$in>); close $in;
sub who { my ($p) = @_; return $p->{name} ? encode('MIME-Header', $p->{name}) . " <$p->{address}>" : $p->{address} }
sub slurp { my ($path) = @_; open(my $f, '<:raw', $path); local $/; my $d = <$f>; close $f; return $d }
sub out { my ($path, $text) = @_; $text =~ s/\\r?\\n/\\r\\n/g; open(my $f, '>:raw', $path); print $f $text; close $f }
"""
_MIME_LITE = (
    _PERL_HEAD
    + """
use MIME::Lite;
for my $l (@$letters) {
  my $m = MIME::Lite->new(From => who($l->{from}), To => join(', ', map { who($_) } @{$l->{to}}), Subject => encode('MIME-Header', $l->{subject}),
    Type => 'multipart/mixed');
  $m->attach(Type => 'text/plain; charset=UTF-8', Data => encode('UTF-8', $l->{text}), Encoding => 'quoted-printable');
  $m->attach(Type => $_->{type}, Path => $_->{path}, Filename => encode('MIME-Header', $_->{name}), Disposition => 'attachment', Encoding => 'base64') for @{$l->{files}};
  out($l->{out}, $m->as_string); }
"""
)
_EMAIL_MIME = (
    _PERL_HEAD
    + """
use Email::MIME;
for my $l (@$letters) {
  my @parts = (Email::MIME->create(attributes => {content_type => 'text/plain', charset => 'UTF-8', encoding => 'base64'}, body_str => $l->{text}));
  push @parts, Email::MIME->create(attributes => {content_type => 'text/html', charset => 'UTF-8', encoding => 'quoted-printable'}, body_str => $l->{html}) if $l->{html};
  my @top = @parts > 1 ? (Email::MIME->create(attributes => {content_type => 'multipart/alternative'}, parts => [@parts])) : @parts;
  push @top, Email::MIME->create(attributes => {content_type => $_->{type}, filename => $_->{name}, encoding => 'base64', disposition => 'attachment'}, body => slurp($_->{path})) for @{$l->{files}};
  my $m = Email::MIME->create(header_str => [From => ($l->{from}{name} ? qq("$l->{from}{name}" <$l->{from}{address}>) : $l->{from}{address}),
    To => join(', ', map { $_->{name} ? qq("$_->{name}" <$_->{address}>) : $_->{address} } @{$l->{to}}), Subject => $l->{subject}], (@top == 1 && @parts > 1 ? (attributes => {content_type => 'multipart/alternative'}, parts => [@parts]) : (parts => \\@top)));
  out($l->{out}, $m->as_string); }
"""
)
_RUBY = """
require 'mail'; require 'json'
JSON.parse(File.read(ARGV[0])).each do |l|
  who = ->(p) { p['name'].empty? ? p['address'] : Mail::Address.new(p['address']).tap { |a| a.display_name = p['name'] }.format }
  m = Mail.new; m.charset = 'UTF-8'; m.from = who.(l['from']); m.to = l['to'].map(&who); m.subject = l['subject']; m.date = DateTime.parse(l['date'])
  if l['html'].empty? and l['files'].empty? then m.body = l['text'] else
    m.text_part = Mail::Part.new { content_type 'text/plain; charset=UTF-8'; body l['text'] }
    m.html_part = Mail::Part.new { content_type 'text/html; charset=UTF-8'; body l['html'] } unless l['html'].empty?
  end
  l['files'].each { |f| m.attachments[f['name']] = {mime_type: f['type'], content: File.binread(f['path'])} }
  File.binwrite(l['out'], m.encoded)
end
"""
_PHP = """<?php
require 'Mail/mime.php';
foreach (json_decode(file_get_contents($argv[1]), true) as $l) {
  $m = new Mail_mime(['eol' => "\\r\\n", 'text_charset' => 'UTF-8', 'html_charset' => 'UTF-8', 'head_charset' => 'UTF-8', 'text_encoding' => 'quoted-printable']);
  $m->setTXTBody($l['text']); if ($l['html']) $m->setHTMLBody($l['html']);
  foreach ($l['files'] as $f) $m->addAttachment($f['path'], $f['type'], $f['name'], true, 'base64', 'attachment', '', '', '', null, null, '', 'UTF-8');
  $body = $m->get();
  $who = function($p) { return $p['name'] ? '"' . $p['name'] . '" <' . $p['address'] . '>' : $p['address']; };
  $head = $m->txtHeaders(['From' => $who($l['from']), 'To' => implode(', ', array_map($who, $l['to'])), 'Subject' => $l['subject'], 'Date' => $l['date']]);
  file_put_contents($l['out'], $head . "\\r\\n" . $body);
}
"""

Described = TypedDict(
    "Described",
    {
        "number": int,
        "from": dict[str, str],
        "to": list[dict[str, str]],
        "cc": list[dict[str, str]],
        "subject": str,
        "text": str,
        "html": str,
        "date": str,
        "references": str,
        "id": str,
        "files": list[dict[str, str]],
        "out": str,
    },
)
"""A letter as the programs get it in JSON."""


class Libraries:
    """Writers by name. `node` is a folder with `node_modules`."""

    def __init__(self, node: Path | None) -> None:
        self.missing: set[str] = set()
        self._node = node

    NAMES = ("email", "email legacy", "nodemailer", "mimetext", "emailjs", "MIME::Lite", "Email::MIME", "Ruby mail", "PHP Mail_mime", "mutt", "s-nail", "sendemail", "swaks")  # fmt: skip

    def write(self, name: str, letters: Sequence[Letter]) -> list[bytes | None]:
        """Each letter as this program writes it; None where the program is not there."""
        if name == "email":
            return [modern(letter) for letter in letters]
        if name == "email legacy":
            return [legacy(letter) for letter in letters]
        with tempfile.TemporaryDirectory() as where:
            folder = Path(where)
            described = [self._described(letter, number, folder) for number, letter in enumerate(letters)]
            (folder / "letters.json").write_text(json.dumps(described), encoding="utf-8")
            try:
                self._run(name, folder, letters, described)
            except FileNotFoundError:
                self.missing.add(name)
                return [None] * len(letters)
            found = [Path(one["out"]) for one in described]
            return [crlf(path.read_bytes()) if path.exists() else None for path in found]

    def _described(self, letter: Letter, number: int, folder: Path) -> Described:
        files: list[dict[str, str]] = []
        for index, file in enumerate(letter.files):
            home = folder / f"{number}-{index}"
            home.mkdir()
            path = home / file.name
            path.write_bytes(file.data)
            files.append({"name": file.name, "type": file.type, "path": str(path), "cid": file.cid})

        def who(person: Person) -> dict[str, str]:
            return {"name": person.name, "address": person.address}

        return {
            "number": number,
            "from": who(letter.sender),
            "to": [who(one) for one in letter.to],
            "cc": [who(one) for one in letter.cc],
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "date": format_datetime(letter.date),
            "references": letter.references,
            "id": f"<{number}.{abs(len(letter.text))}@platform.example>",
            "files": files,
            "out": str(folder / f"{number}.eml"),
        }

    def _run(self, name: str, folder: Path, letters: Sequence[Letter], described: list[Described]) -> None:
        scripts = {
            "nodemailer": ("node", "js", _NODEMAILER),
            "mimetext": ("node", "js", _MIMETEXT),
            "emailjs": ("node", "js", _EMAILJS),
            "MIME::Lite": ("perl", "pl", _MIME_LITE),
            "Email::MIME": ("perl", "pl", _EMAIL_MIME),
            "Ruby mail": ("ruby", "rb", _RUBY),
            "PHP Mail_mime": ("php", "php", _PHP),
        }
        if name in scripts:
            program, ending, source = scripts[name]
            script = folder / f"script.{ending}"
            script.write_text(source, encoding="utf-8")
            environ = dict(os.environ)
            if program == "node":
                if self._node is None:
                    raise FileNotFoundError
                environ["NODE_PATH"] = str(self._node / "node_modules")
            done = subprocess.run(
                [program, str(script), str(folder / "letters.json")], env=environ, capture_output=True, timeout=300
            )
            if done.returncode:
                raise FileNotFoundError(done.stderr.decode()[-400:])
            return
        if shutil.which(name) is None:
            raise FileNotFoundError
        for letter, one in zip(letters, described, strict=True):
            self._command(name, folder, letter, one)

    def _command(self, name: str, folder: Path, letter: Letter, one: Described) -> None:
        out = Path(one["out"])
        take = folder / "take.sh"
        take.write_text(f'#!/bin/sh\ncat > "{out}"\n')
        take.chmod(0o755)
        paths = [file["path"] for file in one["files"]]
        to = [person.address for person in letter.to]
        environ = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder), "MAILRC": "/dev/null"}
        text = letter.text.encode()
        if name == "mutt":
            rc = folder / "muttrc"
            rc.write_text(
                f'set sendmail="{take}"\nset from="{letter.sender.address}"\nset realname="{letter.sender.name}"\nset copy=no\nset charset=utf-8\nset send_charset="us-ascii:gb2312:utf-8"\nset use_envelope_from=no\n',
                encoding="utf-8",
            )
            command = [
                "mutt",
                "-n",
                "-F",
                str(rc),
                "-s",
                letter.subject,
                *(["-a", *paths, "--"] if paths else ["--"]),
                *to,
            ]
        elif name == "s-nail":
            command = ["s-nail", "-:/", "-S", "v15-compat", "-S", f"mta=file://{take}", "-S", f"from={letter.sender.address}", "-S", "ttycharset=utf-8", "-S", "sendcharsets=utf-8", "-s", letter.subject]  # fmt: skip
            for path in paths:
                command += ["-a", path]
            command += to
        else:
            with Catcher() as catcher:
                server = f"127.0.0.1:{catcher.port}"
                if name == "sendemail":
                    command = ["sendemail", "-q", "-f", letter.sender.address, "-t", *to, "-u", letter.subject, "-s", server, "-o", "message-charset=utf-8", "tls=no"]  # fmt: skip
                    command += ["-a", *paths] if paths else []
                else:
                    command = ["swaks", "--silent", "3", "-n", "--server", "127.0.0.1", "--port", str(catcher.port), "-f", letter.sender.address, "-t", ",".join(to)]  # fmt: skip
                    command += ["--h-Subject", str(Header(letter.subject, "utf-8").encode()), "--body", "-"]
                    command += (
                        ["--add-header", "MIME-Version: 1.0", "--add-header", "Content-Type: text/plain; charset=utf-8"]
                        if not paths
                        else []
                    )
                    for path in paths:
                        command += ["--attach", f"@{path}"]
                subprocess.run(command, input=text, env=environ, capture_output=True, timeout=60)
                if catcher.got:
                    out.write_bytes(catcher.got[0])
            return
        subprocess.run(command, input=text, env=environ, capture_output=True, timeout=60)


class Catcher:
    """A server on loopback that takes one mail."""

    def __enter__(self) -> "Catcher":
        got: list[bytes] = []

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                def say(text: bytes) -> None:
                    self.wfile.write(text + b"\r\n")

                say(b"220 catcher")
                for line in self.rfile:
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        say(b"354 go")
                        rows = []
                        for row in self.rfile:
                            if row == b".\r\n":
                                break
                            rows.append(row.removeprefix(b".") if row.startswith(b"..") else row)
                        got.append(b"".join(rows))
                    if verb == b"QUIT":
                        say(b"221 bye")
                        return
                    say(b"250 ok")

        self.got = got
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def modern(letter: Letter) -> bytes:
    """As `email.message` writes it, with `policy.SMTP`."""
    from email.policy import SMTP

    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((letter.sender.name, letter.sender.address))
    mail["To"] = ", ".join(formataddr((one.name, one.address)) for one in letter.to)
    if letter.cc:
        mail["Cc"] = ", ".join(formataddr((one.name, one.address)) for one in letter.cc)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.date)
    if letter.references:
        mail["References"] = letter.references
    for name, value in letter.fields:
        mail[name] = value
    mail.set_content(letter.text)
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    for file in letter.files:
        main, _, sub = file.type.partition("/")
        if main == "message":
            import email

            mail.add_attachment(email.message_from_bytes(file.data, policy=SMTP), filename=file.name)
        elif main == "text":
            mail.add_attachment(file.data, maintype=main, subtype=sub.partition(";")[0], filename=file.name)
        else:
            mail.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    return mail.as_bytes()


def legacy(letter: Letter) -> bytes:
    """As the tutorials of `email.mime` have it."""
    mail = MIMEMultipart()
    mail["From"] = formataddr((letter.sender.name, letter.sender.address))
    mail["To"] = ",".join(formataddr((one.name, one.address)) for one in letter.to)
    mail["Subject"] = Header(letter.subject, "utf-8")  # type: ignore[assignment]  # stubs say str; a str folds otherwise
    mail.attach(MIMEText(letter.text, "plain", "utf-8"))
    if letter.html:
        mail.attach(MIMEText(letter.html, "html", "utf-8"))
    for file in letter.files:
        one = MIMEApplication(file.data)
        one["Content-Type"] = "application/octet-stream"
        one.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file.name))
        mail.attach(one)
    return crlf(mail.as_bytes())
