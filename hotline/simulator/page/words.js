"use strict";
// Every word of the page, Indonesian first.
const WORDS = {
  id: {
    title: "Telepon simulasi",
    intro: "Mainkan telepon korban dan pendamping. Tidak ada pesan yang keluar dari komputer ini.",
    add: "Tambah telepon", number: "Nomor", name: "Nama", role: "Peran", victim: "Korban", companion: "Pendamping",
    addButton: "Tambah", faults: "Yang salah menurut operator", language: "English",
    linked: "terhubung", broken: "terputus, mencoba lagi…", hotline: "Nomor layanan",
    call: "Telepon layanan", write: "Tulis pesan…", send: "Kirim", empty: "Belum ada pesan.",
    noPhones: "Belum ada telepon. Tambahkan satu di bawah.",
    ringing: "Panggilan masuk dari layanan", walking: "Mendengarkan…", listening: "Layanan menunggu jawaban",
    holding: "Menunggu…", dialling: "Menyambungkan…", bridged: "Sedang berbicara", calling: "Memanggil layanan…",
    answer: "Angkat", decline: "Tolak", hangUp: "Tutup", speak: "Bicara (rekaman)", refused: "Tidak dapat dilakukan",
    read: "dibaca", delivered: "sampai", received: "terkirim", media: "lampiran", unknown: "Tanpa nama", sent: "terkirim",
  },
  en: {
    title: "Simulated phones",
    intro: "Play the phones of a victim and of companions. No message leaves this computer.",
    add: "Add a phone", number: "Number", name: "Name", role: "Role", victim: "Victim", companion: "Companion",
    addButton: "Add", faults: "What the carrier complains about", language: "Bahasa Indonesia",
    linked: "connected", broken: "disconnected, trying again…", hotline: "Hotline",
    call: "Call the hotline", write: "Write a message…", send: "Send", empty: "No messages yet.",
    noPhones: "No phone yet. Add one below.",
    ringing: "Incoming call from the hotline", walking: "Listening…", listening: "The hotline waits for an answer",
    holding: "Waiting…", dialling: "Connecting…", bridged: "Talking", calling: "Calling the hotline…",
    answer: "Answer", decline: "Decline", hangUp: "Hang up", speak: "Speak (recording)", refused: "Not possible",
    read: "read", delivered: "delivered", received: "sent", media: "attachment", unknown: "No name", sent: "sent",
  },
};
